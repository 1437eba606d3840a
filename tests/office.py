"""An office without a bot: the desk and the askers of one database, spoken to handler by handler."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select

from handlers import inbox, sending
from handlers.base import Attachment, Conversation, Group, Message, Person, Policy, Quoted, Role, Turn
from handlers.errors import Refusal
from handlers.ledger.figures import cohort_of
from handlers.ledger.terms import PLACES, Cohort
from handlers.members.directory import Directory, Right, Volunteer
from handlers.mind import Mind
from handlers.outbox import PromiseKind, PromiseRow
from handlers.store import Store
from handlers.tickets.arriving import Arrival, open_ticket
from handlers.tickets.asker import AskerChat
from handlers.tickets.desk import DeskChat
from handlers.tickets.jobs import jobs
from handlers.tickets.models import TicketRow
from handlers.tickets.rules import Receiver, TicketRules
from handlers.tickets.triage import Triage
from handlers.tickets.words import Level, Mark, Origin, TicketClass
from handlers.times import local_day
from nlu.understanding import Intent
from tests.fakes import Intents, Nothing

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, nine in Shanghai
GROUP, DESK = Conversation.group("qq", "7"), Conversation.group("qq", "8")
CHIEFS = Conversation.group("qq", "9")
LI = Volunteer(address="qq:101", name="老李", number="007")
WANG = Volunteer(address="qq:102", name="老王")
CHIEF = Volunteer(address="qq:103", name="陈班长", rights=frozenset({Right.VOLUNTEER, Right.DUTY_CHIEF}))
ASKER = Person(channel="qq", id="201", name="小赵")
DIRECTORY = Directory(
    groups={
        GROUP: Group(conversation=GROUP, name="直通车一群", policy=Policy.PROACTIVE),
        DESK: Group(conversation=DESK, name="坐席群", role=Role.DESK),
    },
    volunteers={volunteer.address: volunteer for volunteer in (LI, WANG, CHIEF)},
    desk=DESK,
)
RULES = TicketRules(
    receivers={
        Level.UNIT: (Receiver(name="值班长", people=(Person(channel="qq", id="103", name="陈班长"),)),),
        Level.TASK_FORCE: (Receiver(name="专班", conversation=CHIEFS),),
    }
)


def added(parts: Iterable[tuple[str, Cohort]]) -> Cohort:
    """What the parts of a breakdown add up to."""
    cohorts = [cohort for _, cohort in parts]
    return cohort_of([sum(getattr(cohort, place) for cohort in cohorts) for place in PLACES])


@dataclass
class Office:
    """The two chats on one database; what was said there last is in `heard`."""

    store: Store
    now: datetime = NOW
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    refused: bool = False
    directory: Directory = DIRECTORY
    rules: TicketRules = RULES

    def asks(self, question: str, *, by: Person = ASKER, triage: Triage | None = None) -> int:
        message = self._message(GROUP, by, question)
        with self.store.transaction() as session:
            [inbox_id] = inbox.store(session, [message], now=self.now)
            assert inbox_id is not None
            arrival = Arrival(
                question=question, message=message, inbox_id=inbox_id, group=self.directory.group(GROUP), desk=DESK,
                triage=triage or Triage(ticket_class=TicketClass.COMMON, importance=Mark.C, urgency=Mark.C),
                origin=Origin.ASKED,
            )  # fmt: skip
            return open_ticket(session, arrival, rules=self.rules, now=self.now).id

    def volunteer(self, who: Volunteer | Person, text: str, *, about: int | None = None) -> str:
        """What the desk hears back, a refusal included; empty for silence."""
        person = who if isinstance(who, Person) else Person(channel="qq", id=who.address[3:], name=who.name)
        return self._says(DeskChat(self.directory, self.rules), DESK, person, text, about=about)

    def asker(
        self, text: str, *, by: Person = ASKER, about: int | None = None, intent: Intent = Intent.SMALL_TALK,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:  # fmt: skip
        handler = AskerChat(self.directory, self.rules)
        return self._says(handler, GROUP, by, text, about=about, intent=intent, attachments=attachments)

    def _says(
        self, handler: DeskChat | AskerChat, where: Conversation, who: Person, text: str, *, about: int | None,
        intent: Intent = Intent.SMALL_TALK, attachments: tuple[Attachment, ...] = (),
    ) -> str:  # fmt: skip
        message = replace(self._message(where, who, text), attachments=attachments)
        mind = Mind(Intents(intent), Nothing())
        self.refused = False
        try:
            with self.store.transaction() as session:
                [inbox_id] = inbox.store(session, [message], now=self.now)
                assert inbox_id is not None
                turn = Turn(
                    message=message, inbox_id=inbox_id, group=self.directory.group(where), session=session, now=self.now,
                    thought=mind.think(text, on=local_day(self.now)), mind=mind,
                    quoted=Quoted(promise_id=0, ticket=about, caused_by=None) if about else None,
                )  # fmt: skip
                handler(turn)
                replies = select(PromiseRow).where(
                    PromiseRow.caused_by == inbox_id,
                    PromiseRow.conversation == str(where),
                    PromiseRow.kind == PromiseKind.REPLY,
                )
                return "".join(row.text for row in session.scalars(replies))
        except Refusal as refusal:
            self.refused = True
            return str(refusal)

    def deliver(self) -> None:
        """The platform takes everything that was promised."""
        with self.store.transaction() as session:
            for row in session.scalars(select(PromiseRow)).all():
                sending.taken(session, row.id, platform_id=str(row.id), now=self.now)

    def later(self, wait: timedelta) -> int:
        """Time passes and every job runs once; how much they did."""
        self.now += wait
        with self.store.transaction() as session:
            return sum(job.run(session, self.now) for job in jobs(self.rules, self.directory))

    def ticket(self, id: int) -> TicketRow:
        with self.store.transaction() as session:
            return session.get_one(TicketRow, id)

    def told(self, where: Conversation) -> list[tuple[str, list[str]]]:
        """First lines of what was promised there, and who is called."""
        with self.store.transaction() as session:
            rows = session.scalars(
                select(PromiseRow).where(PromiseRow.conversation == str(where)).order_by(PromiseRow.id)
            )
            return [(row.text.split("\n")[0], [person["name"] for person in row.mention]) for row in rows]

    def _message(self, where: Conversation, who: Person, text: str) -> Message:
        return Message(id=f"m{next(self.numbers)}", conversation=where, sender=who, text=text, sent_at=self.now)


def person(number: int) -> Person:
    return Person(channel="qq", id=f"30{number}", name=f"企业{number}")


def a_day_of_work(office: Office) -> None:
    """Six questions: confirmed, rated well, rated badly, silent, declined, and one nobody answers."""
    for number in range(6):
        office.asks(f"问题 {number}", by=person(number))
    for id in range(1, 5):
        office.volunteer(LI, f"回复 {id} 先备案")
    office.volunteer(WANG, "不予受理 5 不归海关管")
    office.deliver()
    office.now += timedelta(hours=1)
    office.asker("解决了", by=person(0), intent=Intent.THANKS)
    office.asker("评价 非常满意", by=person(1))
    office.asker("评价 不满意 太慢", by=person(2))
