"""How loud the bot is in a group, by the word of those who run the group: 闭嘴, 只在@时说话, 恢复. It holds at once."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers import outbox, sayings
from handlers.base import OUR_NAME, Decision, DecisionKind, Group, Message, Policy, Role, Turn, silent
from handlers.jobs import Job
from handlers.members.directory import RUN_GROUPS, Directory
from handlers.speaking import reply
from handlers.store import Base
from nlu.text import normalise

LONGEST = 40  # characters: what is longer is no such word
AS_SET_UP = "as_set_up"

_CALL = r"请?(?:@\S+\s+|(?:直通车|问答)?(?:小)?机器人[,，:：\s]*|直通车[,，:：\s]*)*"
_END = r"(?:[吧了啦哈一下谢谢请\s。.!！~]*)"
_AT = r"(?:@|艾特|at|叫|圈)"
_FORMS = {
    Policy.MENTION_ONLY: rf"(?:请|以后|你)*(?:只在|只有|只)(?:被)?(?:有人)?{_AT}(?:到)?(?:你|我|机器人|它)?(?:了)?(?:的)?(?:时候?)?(?:才|再)?(?:说话|回答|回复|出声|发言)"
    rf"|(?:请|以后|你)*(?:没人|没有人|不)?{_AT}(?:你|到你)?(?:就)?(?:才|再|别|不要|不用)(?:说话|回答|回复|出声|发言)",
    Policy.OFF: r"(?:请|你|先)*(?:闭嘴|住嘴|安静|静音|保持安静|别说话|不要说话|别出声|不许说话|停止回复)",
    AS_SET_UP: r"(?:请|你)*(?:恢复|恢复(?:正常|说话|回答|发言|默认)|可以说话|解除静音|取消静音|说话吧)",
}  # fmt: skip
_WORDS = {wish: re.compile(_CALL + f"(?:{form})" + _END) for wish, form in _FORMS.items()}


class ModeRow(Base):
    """What those who run a group wished last; `policy` None is back to how the operator set it up."""

    __tablename__ = "group_modes"

    conversation: Mapped[str] = mapped_column(String(200), primary_key=True)
    policy: Mapped[Policy | None]
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]


class Modes:
    """The groups' wishes at hand, for they are needed with every message."""

    def __init__(self) -> None:
        self._wishes: Mapping[str, Policy] = {}

    def apply(self, group: Group) -> Group:
        """The group as it is to be treated now. What the operator switched off stays off."""
        wish = self._wishes.get(str(group.conversation))
        if wish is None or group.policy == Policy.OFF or group.role == Role.DESK:
            return group
        return replace(group, policy=wish)

    def read(self, session: Session) -> None:
        """Take over what the database says."""
        rows = session.execute(select(ModeRow.conversation, ModeRow.policy).where(ModeRow.policy.is_not(None)))
        self._wishes = {conversation: policy for conversation, policy in rows if policy is not None}

    def wish(self, turn: Turn, policy: Policy | None) -> None:
        """Write the wish down; it is known here the moment it is committed, elsewhere within seconds."""
        conversation = str(turn.message.conversation)
        by = turn.message.sender.address
        turn.session.merge(ModeRow(conversation=conversation, policy=policy, set_by=by, set_at=turn.now))
        event.listen(turn.session, "after_commit", lambda _: self._learn(conversation, policy), once=True)

    def _learn(self, conversation: str, policy: Policy | None) -> None:
        others = {where: wish for where, wish in self._wishes.items() if where != conversation}
        self._wishes = others if policy is None else {**others, conversation: policy}

    def refreshing(self) -> Job:
        """The job that notices what other processes were told."""

        def run(session: Session, now: datetime) -> int:
            self.read(session)
            return 0

        def next_due(session: Session) -> datetime | None:
            return None

        return Job(name="refresh_group_modes", every=timedelta(seconds=5), run=run, next_due=next_due, writes=False)


def read_mode(text: str) -> str | None:
    """The policy wished for, AS_SET_UP for the usual one, None when the text is about something else."""
    if len(text) > LONGEST:
        return None
    said = normalise(text)
    return next((wish for wish, form in _WORDS.items() if form.fullmatch(said)), None)


def wishes_quiet(message: Message) -> bool:
    """Whether this must be heard even where the bot is switched off: somebody speaks to it of how loud to be."""
    return not message.conversation.is_private and _names_us(message) and read_mode(message.text) is not None


def _names_us(message: Message) -> bool:
    return message.mentions_bot or "机器人" in message.text or OUR_NAME in message.text


class ModeChat:
    """Handler: the owner or an admin of a group, or whoever runs the service, says how loud the bot may be there."""

    def __init__(self, directory: Directory, modes: Modes) -> None:
        self._directory, self._modes = directory, modes

    def __call__(self, turn: Turn) -> Decision | None:
        wish = None if turn.in_desk or turn.message.conversation.is_private else read_mode(turn.message.text)
        if wish is None or not (turn.addressed or _names_us(turn.message)):
            return None
        if not self._may(turn):
            return _not_his(turn)
        policy = None if wish == AS_SET_UP else Policy(wish)
        if policy == Policy.OFF:
            outbox.withdraw_for_later(turn.session, turn.message.conversation)
        reply(turn, sayings.MODES[wish])
        self._modes.wish(turn, policy)
        return Decision(kind=DecisionKind.COMMAND, reason=f"mode_{wish}")

    def _may(self, turn: Turn) -> bool:
        if self._directory.group(turn.message.conversation).policy == Policy.OFF:
            return False  # not ours to speak in, whoever asks
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        return turn.message.rank.runs_the_group or (volunteer is not None and bool(volunteer.rights & RUN_GROUPS))


def _not_his(turn: Turn) -> Decision:
    if turn.group.policy == Policy.OFF:
        return silent("group_off")
    reply(turn, sayings.MODES_ARE_FOR_ADMINS)
    return Decision(kind=DecisionKind.COMMAND, reason="refused")
