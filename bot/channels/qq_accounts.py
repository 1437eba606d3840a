"""Which QQ accounts are connected, how they are, and which of them is in which conversation."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.channels.base import Happening, Health, State
from bot.channels.qq_link import Link
from handlers.base import Conversation, Message

Key = TypeVar("Key")
Value = TypeVar("Value")
FIRST_BEAT = 60.0  # seconds in which an implementation has shown whether it beats at all
LONGEST_BEAT = 20.0  # seconds between heartbeats, so that a dead event stream is noticed within half a minute
REMEMBERED = 10_000  # conversations, and words heard in groups


@dataclass
class Account:
    """One QQ account that connected since the start, with its live links."""

    id: str
    links: list[Link] = field(default_factory=list)
    online: bool = True
    reason: str = ""
    state: State = State.DOWN
    since: datetime | None = None
    heard: datetime | None = None
    spoke: datetime | None = None

    @property
    def health(self) -> Health:
        return Health(
            state=self.state,
            since=self.since,
            detail=self.trouble or self.advice,
            last_event=self.heard,
            last_sent=self.spoke,
        )

    def note_state(self, now: datetime) -> None:
        """Remember since when it is as it is."""
        state = State.DOWN if self.trouble else State.UP
        if state != self.state or self.since is None:
            self.state, self.since = state, now

    @property
    def advice(self) -> str:
        """What would make it safer while it works."""
        hearing = next((link for link in self.links if link.role.hears), None)
        if hearing is None or hearing.age < FIRST_BEAT or (hearing.interval or LONGEST_BEAT + 1) <= LONGEST_BEAT:
            return ""
        found = "没有心跳" if hearing.interval is None else f"心跳间隔 {hearing.interval:g} 秒太长"
        return f"账号 {self.id} 在线；{found}，事件断流时发现得慢：请在 OneBot 客户端里把心跳设为 10 秒"

    @property
    def hears(self) -> bool:
        return any(link.role.hears and link.is_open for link in self.links)

    @property
    def speaker(self) -> Link | None:
        """The newest link that takes actions."""
        return next((link for link in reversed(self.links) if link.role.speaks and link.is_open), None)

    @property
    def trouble(self) -> str:
        """What is wrong with it and the cure; empty when it hears and speaks."""
        who = f"账号 {self.id or '（未报号码）'}"
        if not self.links:
            return f"{who} 的连接断开了，对方会自己重连；超过一分钟请看 OneBot 客户端（NapCat 等）是否在运行"
        if not self.online:
            return f"{who} 已掉线{f'（{self.reason}）' if self.reason else ''}，请在 OneBot 客户端里重新登录"
        if not self.hears:
            return f"{who} 只有 API 连接，听不到消息：请在 OneBot 客户端里改用 Universal"
        if self.speaker is None:
            return f"{who} 只有事件连接，发不出消息：请在 OneBot 客户端里改用 Universal"
        return ""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a conversation is reached: through which account, and for a stranger through which group."""

    account: str
    through: str | None


class Accounts:
    """All accounts seen; the newest connection wins what it does, hearing or speaking."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._ways: OrderedDict[Conversation, list[Way]] = OrderedDict()  # the newest last
        self._heard: OrderedDict[int, str] = OrderedDict()
        self._names: OrderedDict[Conversation, str] = OrderedDict()

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(id for id in self._accounts if id)

    @property
    def links(self) -> list[Link]:
        return [link for account in self for link in account.links]

    @property
    def all_speak(self) -> bool:
        """Whether every account seen since the start can speak now."""
        return all(account.online and account.speaker is not None for account in self)

    def account(self, id: str) -> Account:
        return self._accounts[id]

    def of(self, link: Link) -> Account:
        return self._accounts.setdefault(link.account, Account(id=link.account))

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
        if not account.id and not account.links:
            del self._accounts[account.id]
        return was_in_use

    def rename(self, link: Link, id: str) -> list[Link]:
        """A link without a name told whose it is; as `join`."""
        self.leave(link)
        link.account = id
        return self.join(link)

    def saw(self, conversation: Conversation, way: Way, *, is_newest: bool = True) -> None:
        """Remember who is in a conversation, the newest word counting."""
        others = [other for other in self._ways.get(conversation, ()) if other.account != way.account]
        _remember(self._ways, conversation, [*others, way] if is_newest else [way, *others])

    def left(self, conversation: Conversation, account: str) -> bool:
        """An account is in a group no more; whether another of ours still is."""
        rest = [way for way in self._ways.pop(conversation, ()) if way.account != account]
        if rest:
            self._ways[conversation] = rest
        return bool(rest)

    def ways(self, conversation: Conversation) -> list[Way]:
        """How to reach it: the way it was last heard, else every connected account, for one of them is in it."""
        known = [way for way in reversed(self._ways.get(conversation, ())) if self.speaker(way) is not None]
        if known:
            return known[:1]
        return [Way(account=account.id, through=None) for account in self if account.online and account.speaker]

    def speaker(self, way: Way) -> Link | None:
        account = self._accounts.get(way.account)
        return account.speaker if account and account.online else None

    def is_second_hearing(self, message: Message) -> bool:
        """Whether another of our accounts in the same group has already passed on these words."""
        if message.conversation.is_private or len(self._accounts) < 2:
            return False
        about = (message.conversation, message.sender.id, message.sent_at, message.text, message.attachments)
        return self._is_second(about, message.account)

    def is_second_telling(self, happening: Happening, account: str) -> bool:
        """The same of what happened besides words; message ids are each account's own, so a recall is told by each."""
        return len(self._accounts) > 1 and self._is_second(happening, account)

    def is_new_name(self, group: Conversation, name: str) -> bool:
        """Whether the group was called otherwise until now, or nothing."""
        is_new = self._names.get(group) != name
        _remember(self._names, group, name)
        return is_new

    def _is_second(self, about: object, account: str) -> bool:
        # A hash: ten thousand of them must not hold ten thousand long messages.
        words = hash(about)
        first = self._heard.get(words, account)
        _remember(self._heard, words, first)
        return first != account


def _remember(memory: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    """The newest of them, so many and no more."""
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)


def _same_work(old: Link, new: Link) -> bool:
    return (old.role.hears and new.role.hears) or (old.role.speaks and new.role.speaks)
