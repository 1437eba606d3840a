"""People come and go, groups are joined, left and renamed: what the bot makes of it."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers import outbox, sayings
from handlers.base import Conversation, Person, Policy, Role
from handlers.happenings import Happening, Joined, Parted, Recalled, Renamed
from handlers.jobs import Job
from handlers.members import group_register
from handlers.members.directory import Directory
from handlers.members.group_register import GroupRow
from handlers.modes import ModeRow
from handlers.outbox import PromiseKind
from handlers.watching import forget_all

logger = logging.getLogger(__name__)

WELCOME_EVERY = timedelta(hours=1)
LATE = timedelta(minutes=10)  # whoever came longer ago is no newcomer any more
MOST_CALLED = 5  # newcomers named in one welcome
TELL_EVERY = timedelta(minutes=1)
MOST_TOLD = 10

LEFT = "机器人已不在“{name}”（{where}）。{taken_back}再进群就照原来的设置继续。"
NEW = "发现 {count} 个新群，还没有启用，机器人在里面不说话：\n{lines}\n启用请发：启用群 {example} 群名"


class GroupHappenings:
    """Writes down what happened, welcomes newcomers, and lets go of groups that are left."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def __call__(self, session: Session, happening: Happening, now: datetime) -> None:
        match happening:
            case Joined(group=group, itself=True):
                self._entered(session, group, now)
            case Joined(group=group, people=people, at=at) if now - at <= LATE:
                self._welcome(session, group, people, now)
            case Parted(group=group, itself=True):
                self._left(session, group, now)
            case Renamed(group=group, name=name):
                self._renamed(session, group, name, now)
            case Joined() | Parted() | Recalled():
                logger.debug("nothing to do for %s", happening)

    def _entered(self, session: Session, group: Conversation, now: datetime) -> None:
        row = group_register.row_of(session, group, now=now)
        group_register.set_left(session, row, None)

    def _renamed(self, session: Session, group: Conversation, name: str, now: datetime) -> None:
        """What an operator calls a group stands."""
        row = group_register.row_of(session, group, now=now)
        if row.named_at is None:
            row.name = name[:100]

    def _welcome(self, session: Session, group: Conversation, people: tuple[Person, ...], now: datetime) -> None:
        about = self._directory.group(group)
        if about.role != Role.COMMUNITY or about.policy == Policy.OFF or not about.is_awake(now) or not people:
            return
        mode = session.get(ModeRow, str(group))
        row = group_register.row_of(session, group, now=now)
        if row.welcome == "" or (mode is not None and mode.policy == Policy.OFF):
            return
        if group_register.may_welcome(session, row, now=now, every=WELCOME_EVERY):
            text = row.welcome or sayings.WELCOME
            outbox.promise(session, group, text, kind=PromiseKind.FOLLOW_UP, now=now, mention=people[:MOST_CALLED])

    def _left(self, session: Session, group: Conversation, now: datetime) -> None:
        row = group_register.row_of(session, group, now=now)
        if row.left_at is not None:
            return
        group_register.set_left(session, row, now)
        count = outbox.withdraw_all(session, group)
        forget_all(session, group)
        desk = self._directory.desk
        if desk is not None and desk != group:
            taken_back = f"还没说出去的 {count} 条话已撤回。" if count else ""
            text = LEFT.format(name=self._directory.group(group).name, where=group, taken_back=taken_back)
            outbox.promise(session, desk, text, kind=PromiseKind.ALERT, now=now)


def telling_of_new_groups(directory: Directory) -> Job:
    """The job that tells the desk, many in one line, of groups nobody has set up."""

    def run(session: Session, now: datetime) -> int:
        rows = group_register.untold(session, seen_by=now - TELL_EVERY, limit=100)
        for row in rows:
            row.told_at = now
        new = [row for row in rows if row.place not in directory.groups]
        if new and directory.desk is not None:
            outbox.promise(session, directory.desk, _told_of(new), kind=PromiseKind.ALERT, now=now)
        return len(new)

    def next_due(session: Session) -> datetime | None:
        first = group_register.first_untold(session)
        return None if first is None else first + TELL_EVERY

    return Job(name="tell_of_new_groups", every=TELL_EVERY, run=run, next_due=next_due)


def _told_of(new: Sequence[GroupRow]) -> str:
    lines = [f"{row.id} {row.shown}（{row.conversation}）" for row in new[:MOST_TOLD]]
    more = [f"……发“群列表”看全部 {len(new)} 个"] if len(new) > MOST_TOLD else []
    return NEW.format(count=len(new), lines="\n".join(lines + more), example=new[0].id)
