"""The composition, in one place: which handlers, in which order, and which jobs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot import proposal_document
from bot.card_picture import drawing
from bot.channels.base import Abilities
from bot.settings import Settings
from bot.whereabouts import Whereabouts, moved
from handlers.answering import Answering
from handlers.base import Attachment, Conversation, Handler
from handlers.choosing import Choosing
from handlers.courtesy import Wordless, desk_talk, information
from handlers.events.chat import EventChat
from handlers.events.jobs import events
from handlers.flood import FloodControl
from handlers.guard import Guard
from handlers.handling import Clock, Handling
from handlers.hurry import Hurry
from handlers.intake import Intake
from handlers.jobs import Job
from handlers.knowledge.editors import EditorChat
from handlers.knowledge.learning import learning
from handlers.knowledge.library import Library
from handlers.knowledge.refreshing import refreshing
from handlers.knowledge.upkeep import review_tasks
from handlers.knowledge.weekly import weekly_list
from handlers.ledger.digests import digests
from handlers.manners import PeopleFirst
from handlers.members.card_chat import CardChat
from handlers.members.card_entries import reviewing
from handlers.members.card_sending import CardSending
from handlers.members.chat import RegistryChat
from handlers.members.directory import Directory
from handlers.members.group_happenings import telling_of_new_groups
from handlers.members.group_setup import GroupSetupChat
from handlers.mind import Mind
from handlers.modes import ModeChat, Modes
from handlers.notices.chat import NoticeChat
from handlers.notices.enclosures import forgetting
from handlers.notices.feeding import feeding
from handlers.notices.passing import Passing
from handlers.notices.recalling import recalling
from handlers.notices.words import Way
from handlers.question import Question
from handlers.recalled import recalled
from handlers.same_here import SameHere
from handlers.store import Store
from handlers.tickets.asker import AskerChat
from handlers.tickets.desk import DeskChat
from handlers.tickets.jobs import jobs as ticket_jobs
from handlers.tickets.reminding import material_reminders
from handlers.watching import raising
from handlers.withdrawing import Withdrawing
from knowledge_base.instruments import Instruments


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """Everything that decides, wired; channels and loops are not its business."""

    store: Store
    handling: Handling
    jobs: Sequence[Job]


def wire(
    settings: Settings,
    *,
    store: Store,
    mind: Mind,
    knowledge: Library,
    instruments: Instruments,
    directory: Directory,
    clock: Clock,
    abilities: Mapping[str, Abilities] | None = None,
    built_from: int = 0,
    elsewhere: Whereabouts | None = None,
) -> Wiring:
    """`abilities`: what each connected channel can do; None: whatever there is can do everything. `built_from`: the revision
    of the entries that `mind` and `knowledge` hold. `elsewhere`: where everybody named in the configuration is
    found, in a replay."""
    parts = _Parts(settings, directory, instruments, abilities, elsewhere)
    jobs = _jobs(parts, settings, directory, mind, knowledge, built_from)
    with store.reading() as session:
        parts.modes.read(session)
        if directory.group_register is not None:
            directory.group_register.read(session)
    handling = Handling(
        store, mind, directory, _handlers(parts, directory, instruments, knowledge), clock=clock, modes=parts.modes,
        floods=FloodControl(settings.answering.flood.limit()), limit=settings.answering.say.limit(),
    )  # fmt: skip
    return Wiring(store=store, handling=handling, jobs=jobs)


class _Parts:
    """What several of the handlers and jobs hold in common."""

    def __init__(
        self,
        settings: Settings,
        directory: Directory,
        instruments: Instruments,
        abilities: Mapping[str, Abilities] | None,
        elsewhere: Whereabouts | None,
    ) -> None:
        self.answers, self.tickets = settings.answering.rules(), settings.ticket_rules()
        if elsewhere is not None:
            self.tickets = moved(self.tickets, elsewhere)
        self.editors = _editors(settings, directory, elsewhere)
        ways: Mapping[str, Way] | None = None
        self.unsaying: Collection[str] | None = None
        self.carrying: Mapping[str, Collection[Attachment]] | None = None
        if abilities is not None:
            ways = {name: Way.PUSH if can.push else Way.PASSING for name, can in abilities.items()}
            self.unsaying = [name for name, can in abilities.items() if can.unsay]
            self.carrying = {name: can.files for name, can in abilities.items()}
        self.notices = settings.notices.rules(
            self.tickets.working, ways, self.unsaying, self.carrying, settings.web.address
        )
        self.events = settings.events.rules(self.tickets.working, directory.desk)
        self.answering, self.intake = Answering(self.answers, instruments), Intake(directory, self.tickets)
        self.passing, self.modes = Passing(), Modes()
        has_picture = settings.contacts.picture
        self.picture = CardSending(drawing(settings.contacts.font), self.carrying) if has_picture else None


def _editors(settings: Settings, directory: Directory, elsewhere: Whereabouts | None) -> Conversation | None:
    """The group that keeps the base; in a replay it is the desk where the configuration says so."""
    named = settings.knowledge.desk()
    if named is None or elsewhere is None:
        return named
    return directory.desk if named == settings.directory().desk else elsewhere.found(named)


def _handlers(parts: _Parts, directory: Directory, instruments: Instruments, knowledge: Library) -> list[Handler]:
    """In the order they are asked; the last one always decides."""
    question = Question(parts.answers, parts.answering, parts.intake)
    return [
        recalled,
        NoticeChat(directory, parts.notices),
        EditorChat(directory, instruments, knowledge, parts.tickets.follow),
        GroupSetupChat(directory),
        RegistryChat(directory),
        CardChat(directory, parts.tickets.contacts),
        EventChat(directory, parts.events, parts.intake, parts.tickets),
        parts.passing,
        DeskChat(directory, parts.tickets, proposal_document.word),
        desk_talk,
        ModeChat(directory, parts.modes),
        Withdrawing(directory, parts.intake, parts.unsaying, parts.tickets.follow),
        PeopleFirst(directory, parts.answers),
        Hurry(parts.answers, parts.intake, parts.tickets),
        AskerChat(directory, parts.tickets, parts.picture),
        Choosing(parts.answering, parts.intake, parts.answers),
        Wordless(parts.answers),
        information,
        Guard(parts.answers, parts.intake),
        SameHere(question, parts.intake, parts.answers),
        question,
    ]


def _jobs(
    parts: _Parts, settings: Settings, directory: Directory, mind: Mind, knowledge: Library, built_from: int
) -> list[Job]:
    editors = parts.editors
    jobs = [
        raising(parts.intake, mind),
        *ticket_jobs(parts.tickets, directory),
        material_reminders(parts.tickets),
        *digests(directory, parts.tickets.working, settings.tickets.digest_at),
        learning(knowledge, editors),
        *([review_tasks(editors), weekly_list(editors)] if editors else []),
        refreshing(knowledge, built_from=built_from),
        parts.modes.refreshing(),
        feeding(parts.notices),
        recalling(parts.notices),
        forgetting(parts.notices),
        parts.passing.refreshing(),
        *events(parts.events),
    ]
    if directory.desk is not None:
        jobs.append(reviewing(parts.tickets.contacts, directory.desk))
    if directory.group_register is not None:
        jobs += [directory.group_register.refreshing(), telling_of_new_groups(directory)]
    return jobs
