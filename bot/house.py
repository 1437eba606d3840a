"""The composition, in one place: which handlers, in which order, and which jobs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot import proposal_paper
from bot.card_picture import drawing
from bot.settings import Settings
from handlers.answering import Answering
from handlers.base import Attachment, Handler
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
from handlers.members.goings_on import telling_of_new_groups
from handlers.members.group_words import GroupWords
from handlers.mind import Mind
from handlers.modes import Modes, ModeWords
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
from handlers.tickets.elsewhere import moved
from handlers.tickets.jobs import jobs as ticket_jobs
from handlers.tickets.reminding import material_reminders
from handlers.watching import raising
from handlers.withdrawing import Withdrawing
from knowledge_base.instruments import Registry


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything that decides, wired; channels and loops are not its business."""

    store: Store
    handling: Handling
    jobs: Sequence[Job]


def build_house(
    settings: Settings,
    *,
    store: Store,
    mind: Mind,
    knowledge: Library,
    registry: Registry,
    directory: Directory,
    clock: Clock,
    ways: Mapping[str, Way] | None = None,
    unsaying: Collection[str] | None = None,
    carrying: Mapping[str, Collection[Attachment]] | None = None,
    built_from: int = 0,
    elsewhere: str | None = None,
) -> House:
    """The handlers in the order they are asked; the last one always decides. `ways`: how each channel takes notices,
    `unsaying`: which can delete them; `carrying`: which files each of them carries;
    `elsewhere`: the one channel on which everybody named in the configuration is found, in a replay."""
    rules, ticket_rules = settings.answering.rules(), settings.ticket_rules()
    if elsewhere is not None:
        ticket_rules = moved(ticket_rules, elsewhere)
    notice_rules = settings.notices.rules(ticket_rules.working, ways, unsaying, carrying, settings.web.address)
    event_rules = settings.events.rules(ticket_rules.working, directory.desk)
    passing = Passing()
    picture = CardSending(drawing(settings.contacts.font), carrying) if settings.contacts.picture else None
    intake = Intake(directory, ticket_rules)
    answering = Answering(rules, registry)
    question, modes = Question(rules, answering, intake), Modes()
    with store.reading() as session:
        modes.read(session)
        if directory.register is not None:
            directory.register.read(session)
    handlers: list[Handler] = [
        recalled,
        NoticeChat(directory, notice_rules),
        EditorChat(directory, registry, knowledge, ticket_rules.follow),
        GroupWords(directory),
        RegistryChat(directory),
        CardChat(directory, ticket_rules.contacts),
        EventChat(directory, event_rules, intake, ticket_rules),
        passing,
        DeskChat(directory, ticket_rules, proposal_paper.word),
        desk_talk,
        ModeWords(directory, modes),
        Withdrawing(directory, intake, unsaying, ticket_rules.follow),
        PeopleFirst(directory, rules),
        Hurry(rules, intake, ticket_rules),
        AskerChat(directory, ticket_rules, picture),
        Choosing(answering, intake, rules),
        Wordless(rules),
        information,
        Guard(rules, intake),
        SameHere(question, intake, rules),
        question,
    ]
    editors = settings.knowledge.desk()
    jobs = [
        raising(intake, mind),
        *ticket_jobs(ticket_rules, directory),
        material_reminders(ticket_rules),
        *digests(directory, ticket_rules.working, settings.tickets.digest_at),
        learning(knowledge, editors),
        *([review_tasks(editors), weekly_list(editors)] if editors else []),
        refreshing(knowledge, built_from=built_from),
        modes.refreshing(),
        feeding(notice_rules),
        recalling(notice_rules),
        forgetting(notice_rules),
        passing.refreshing(),
        *events(event_rules),
    ]
    if directory.desk is not None:
        jobs.append(reviewing(ticket_rules.contacts, directory.desk))
    if directory.register is not None:
        jobs += [directory.register.refreshing(), telling_of_new_groups(directory)]
    handling = Handling(
        store, mind, directory, handlers, clock=clock, modes=modes, floods=FloodControl(settings.answering.flood.limit()),
        limit=settings.answering.say.limit(),
    )  # fmt: skip
    return House(store=store, handling=handling, jobs=jobs)
