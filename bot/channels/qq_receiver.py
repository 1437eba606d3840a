"""From frames to what the bot hears, and to what is known of the accounts."""

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.channels import qq_wire
from bot.channels.base import Happening, Parted, Renamed
from bot.channels.bounded_dict import BoundedDict
from bot.channels.foreign import Unreadable
from bot.channels.inbound import Incoming
from bot.channels.qq_accounts import Accounts
from bot.channels.qq_answers import Answer
from bot.channels.qq_link import Link
from bot.channels.qq_wire import Frame, Happened, Heard, Sign
from bot.channels.rate_limited_log import RateLimitedLog
from bot.channels.routes import Routes
from handlers.base import Conversation
from handlers.handling import Clock

REMEMBERED = 10_000  # names of groups

logger = logging.getLogger(__name__)


class Hear(Protocol):
    async def __call__(self, heard: Incoming, *, account: str) -> None: ...


class Receiver:
    """Reads every frame of every connection. `joined` takes the connections that a newly named one takes over from,
    `trouble` what is wrong with dialling, "" when nothing is."""

    def __init__(
        self,
        accounts: Accounts,
        routes: Routes,
        *,
        hear: Hear,
        joined: Callable[[Sequence[Link]], None],
        trouble: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._accounts, self._routes, self._clock = accounts, routes, clock
        self._hear, self._joined, self._trouble = hear, joined, trouble
        self._names = BoundedDict[Conversation, str](REMEMBERED)
        self._log = RateLimitedLog(logger)

    async def read(self, link: Link, raw: str | bytes) -> None:
        """Make of a frame whatever it tells; nothing in it can do harm."""
        try:
            frame = qq_wire.read(raw, account=link.account, ours=self._accounts.ids, now=self._clock())
        except Unreadable as problem:
            line = "frame from QQ account %s skipped: %s; if it goes on, update the implementation, and have it speak OneBot v11"
            self._log.warning("unreadable", line, link.account, problem)
            return
        if isinstance(frame, Answer):
            self._answered(link, frame)
            return
        self._accounts.of(link).heard = self._clock()
        link.felt(frame.interval if isinstance(frame, Sign) else None)
        self._name(link, frame)
        await self._react(link, frame)

    def _name(self, link: Link, frame: Frame) -> None:
        """A connection without X-Self-ID is named by its first event."""
        itself = frame.itself if isinstance(frame, Sign | Heard | Happened) else None
        if not link.account and itself:
            self._joined(self._accounts.rename(link, itself))

    async def _react(self, link: Link, frame: Frame) -> None:
        match frame:
            case Sign(online=bool(online), reason=reason):
                self._set_online(link, online=online, reason=reason)
            case Happened(what=what):
                await self._happened(link, what)
            case Heard():
                self._set_online(link, online=True)
                await self._heard(link, frame)

    async def _happened(self, link: Link, what: Happening) -> None:
        """A group is left when the last of our accounts leaves it."""
        if isinstance(what, Parted) and what.itself:
            ours = [person.id for person in what.people if person.id in self._accounts.ids]
            if self._routes.left(what.group, ours[0] if ours else link.account):
                return
        await self._hear(what, account=link.account)

    async def _heard(self, link: Link, frame: Heard) -> None:
        message, account = frame.message, frame.message.account
        if frame.through is not None:
            self._accounts.of(link).met(message.conversation, frame.through)
        if frame.group_name and self._is_new_name(message.conversation, frame.group_name):
            renamed = Renamed(group=message.conversation, name=frame.group_name, at=message.sent_at)
            await self._hear(renamed, account=account)
        await self._hear(message, account=account)

    def _is_new_name(self, group: Conversation, name: str) -> bool:
        """Whether the group was called otherwise until now, or nothing."""
        is_new = self._names.get(group) != name
        self._names[group] = name
        return is_new

    def _answered(self, link: Link, answer: Answer) -> None:
        if answer.is_token_wrong and not answer.echo:
            self._log.warning("token", "a OneBot implementation does not take our token: %s", answer.words)
            self._trouble("OneBot 客户端不认我们的令牌，请核对两边的 token")
            return
        if link.interval is None:  # no heartbeat will tell: its answers are all we have
            self._accounts.of(link).heard = self._clock()
        if answer.online is not None:
            self._set_online(link, online=answer.online)
        if not link.answered(answer):
            self._log.warning("late", "QQ account %s answered too late or unasked: %s", link.account, answer.status)

    def _set_online(self, link: Link, *, online: bool, reason: str = "") -> None:
        account = self._accounts.of(link)
        if online:
            self._trouble("")
        if account.online != online:
            logger.warning("QQ account %s is %s %s", account.name, "online again" if online else "offline", reason)
            account.online, account.reason = online, reason
            self._accounts.note_states()
