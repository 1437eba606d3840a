"""Which QQ accounts are connected, how they are, and how they speak."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.channels import qq_answers, qq_wire
from bot.channels.base import Health, Outcome, Outgoing, Refused, State, Taken, Uncertain
from bot.channels.bounded_dict import BoundedDict
from bot.channels.qq_answers import Answer
from bot.channels.qq_link import Gone, Link, Unanswered
from handlers.base import Conversation
from handlers.handling import Clock

FIRST_BEAT = 60.0  # seconds in which an implementation has shown whether it beats at all
LONGEST_BEAT = 19.0  # seconds between heartbeats, so that a dead event stream is told of within half a minute
REMEMBERED = 10_000  # strangers


@dataclass
class Account:
    """One QQ account that connected since the start, with its live links."""

    name: str
    clock: Clock
    timeout: float
    links: list[Link] = field(default_factory=list)
    online: bool = True
    reason: str = ""
    state: State = State.DOWN
    since: datetime | None = None
    heard: datetime | None = None
    spoke: datetime | None = None
    #: by which group strangers are reached
    through: BoundedDict[Conversation, str] = field(default_factory=lambda: BoundedDict(REMEMBERED))

    # --- how it is

    def health(self) -> Health:
        return Health(
            state=self.state,
            since=self.since,
            detail=self.trouble or f"账号 {self.name} {self.advice or '在线'}",
            advice="" if self.trouble else self.advice,
            last_event=self.heard,
            last_sent=self.spoke,
        )

    def note_state(self) -> None:
        """Remember since when it is as it is."""
        state = State.DOWN if self.trouble else State.UP
        if state != self.state or self.since is None:
            self.state, self.since = state, self.clock()

    @property
    def advice(self) -> str:
        """What would make it safer while it works."""
        hearing = next((link for link in self.links if link.role.hears), None)
        if hearing is None or (hearing.interval is None and hearing.age < FIRST_BEAT):
            return ""
        if hearing.interval is not None and hearing.interval <= LONGEST_BEAT:
            return ""
        found = "没有心跳" if hearing.interval is None else f"心跳间隔 {hearing.interval:g} 秒太长"
        return f"在线，但{found}，事件断流时发现得慢：请在 OneBot 客户端里把心跳设为 10 秒"

    @property
    def hears(self) -> bool:
        return any(link.role.hears and link.is_open for link in self.links)

    @property
    def speaker(self) -> Link | None:
        """The newest link that takes actions."""
        return next((link for link in reversed(self.links) if link.role.speaks and link.is_open), None)

    @property
    def is_online(self) -> bool:
        return self.online and self.speaker is not None

    @property
    def trouble(self) -> str:
        """What is wrong with it and the cure; empty when it hears and speaks."""
        who = f"账号 {self.name or '（未报号码）'}"
        if not self.links:
            return f"{who} 的连接断开了，对方会自己重连；超过一分钟请看 OneBot 客户端（NapCat 等）是否在运行"
        if not self.online:
            return f"{who} 已掉线{f'（{self.reason}）' if self.reason else ''}，请在 OneBot 客户端里重新登录"
        if not self.hears:
            return f"{who} 只有 API 连接，听不到消息：请在 OneBot 客户端里改用 Universal"
        if self.speaker is None:
            return f"{who} 只有事件连接，发不出消息：请在 OneBot 客户端里改用 Universal"
        return ""

    def is_in(self, _: Conversation) -> bool:
        """Nobody tells; where it heard something, it is."""
        return False

    # --- speaking

    def met(self, stranger: Conversation, group: str) -> None:
        """Somebody who is no friend speaks in private, from a group; the answer has to name that group."""
        self.through[stranger] = group

    async def say(self, out: Outgoing) -> Outcome:
        """Say it, or tell why not."""
        outcome = await self._ask(out)
        if out.quote is not None and isinstance(outcome, Refused) and not outcome.absent:
            # The quoted message may be gone; the answer matters more than the quote.
            outcome = await self._ask(replace(out, quote=None))
        if isinstance(outcome, Taken):
            self.spoke = self.clock()
        return outcome

    async def _ask(self, out: Outgoing) -> Outcome:
        link = self.speaker
        if link is None:
            return Refused(reason=f"QQ 未连接：{self.trouble}", absent=True)
        action, params = qq_wire.action(out, through=self.through.get(out.to))
        try:
            return _reader(out)(await link.ask(action, params, within=self.timeout))
        except Gone:
            return Refused(reason="QQ 未连接：连接刚刚断开", absent=True)
        except Unanswered as unanswered:
            # It heard and answered other things meanwhile: so looks an account that is being restricted.
            return Uncertain(reason=f"QQ 客户端没有回应：{unanswered}", suspicious=unanswered.lively)


class Accounts:
    """All accounts seen; the newest connection wins what it does, hearing or speaking."""

    def __init__(self, *, clock: Clock, timeout: float) -> None:
        self._clock, self._timeout = clock, timeout
        self._accounts: dict[str, Account] = {}

    def __iter__(self) -> Iterator[Account]:
        """As they are now: another thread may be looking while one connects or goes."""
        return iter(tuple(self._accounts.values()))

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(id for id in self._accounts if id)

    @property
    def links(self) -> list[Link]:
        return [link for account in self for link in account.links]

    def note_states(self) -> None:
        for account in self:
            account.note_state()

    def of(self, link: Link) -> Account:
        if link.account not in self._accounts:
            self._accounts[link.account] = Account(name=link.account, clock=self._clock, timeout=self._timeout)
        return self._accounts[link.account]

    def join(self, link: Link) -> list[Link]:
        """Take a link in; the older ones that did the same for the same account are returned, out of use."""
        account = self.of(link)
        older = [old for old in account.links if _same_work(old, link)]
        account.links = [*(old for old in account.links if old not in older), link]
        account.online, account.reason = True, ""
        return older

    def leave(self, link: Link) -> bool:
        """Take a link out; False when a newer one had taken its place."""
        account = self.of(link)
        was_in_use = link in account.links
        account.links = [other for other in account.links if other is not link]
        if not account.name and not account.links:
            del self._accounts[account.name]
        return was_in_use

    def rename(self, link: Link, id: str) -> list[Link]:
        """A link without a name told whose it is; as `join`."""
        self.leave(link)
        link.account = id
        return self.join(link)


def _same_work(old: Link, new: Link) -> bool:
    return (old.role.hears and new.role.hears) or (old.role.speaks and new.role.speaks)


def _reader(out: Outgoing) -> Callable[[Answer], Outcome]:
    if out.pins:
        return qq_answers.outcome_of_pinning
    return qq_answers.outcome if out.unsays is None else qq_answers.outcome_of_unsaying
