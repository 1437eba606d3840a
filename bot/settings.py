"""Every choice an operator has, a section of config.yml each; `config_file` reads them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from bot.channel_settings import QqSection, WechatSection, WecomSection
from bot.channels.wechat_gateway import Gateway
from bot.channels.wecom_bot import Credentials
from bot.contact_settings import ContactSection
from bot.delivery import Rules as DeliveryRules
from bot.event_settings import EventSection
from bot.follow_up_settings import FollowUpSection
from bot.nightly import Nightly
from bot.notice_settings import NoticeSection
from bot.sections import Address, Duration, Hours, PageAddress, Section, TimeOfDay, group_conversation
from bot.ticket_settings import TicketSection
from handlers import pausing
from handlers.base import Conversation, Group, LineLimit, Person, Policy, Role
from handlers.flood import FloodLimit
from handlers.members.directory import Directory, Right, Volunteer
from handlers.members.group_register import GroupRegister
from handlers.rules import AnsweringRules
from handlers.tickets.rules import TicketRules

HOME = Path(__file__).resolve().parent.parent
Probability = Annotated[float, Field(ge=0, le=1)]


class Web(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    address: PageAddress = ""  #: where phones open the pages; "" when they cannot reach us


class Engine(StrEnum):
    EMBEDDED = "embedded"
    RASA = "rasa"


class NluSection(Section):
    engine: Engine = Engine.EMBEDDED
    rasa_url: str = "http://127.0.0.1:5005"


class FloodSection(Section):
    messages: Annotated[int, Field(ge=1)] = FloodLimit.messages
    within: Duration = FloodLimit.within

    def limit(self) -> FloodLimit:
        return FloodLimit(**dict(self))


class SaySection(Section):
    lines: Annotated[int, Field(ge=1)] = LineLimit.lines
    within: Duration = LineLimit.within

    def limit(self) -> LineLimit:
        return LineLimit(**dict(self))


class AnsweringSection(Section):
    answer_at: Probability = AnsweringRules.answer_at
    offer_at: Probability = AnsweringRules.offer_at
    margin: Probability = AnsweringRules.margin
    repeat_window: Duration = AnsweringRules.repeat_window
    watch_window: Duration = AnsweringRules.watch_window
    burst_window: Duration = AnsweringRules.burst_window
    say: SaySection = SaySection()
    flood: FloodSection = FloodSection()

    def rules(self) -> AnsweringRules:
        return AnsweringRules(**{key: value for key, value in self if key not in ("say", "flood")})


class DeliverySection(Section):
    quiet_hours: Hours | None = None
    pause: Duration = pausing.FIRST

    def rules(self, directory: Directory) -> DeliveryRules:
        return DeliveryRules(quiet=self.quiet_hours, pause=self.pause, directory=directory)


class TerminalSection(Section):
    enabled: bool = True


class GroupSection(Section):
    name: str
    role: Role = Role.COMMUNITY
    policy: Policy = Policy.MENTION_ONLY
    hours: tuple[Hours, ...] = ()


class BackupSection(Section):
    folder: Path | None = None  #: None: no nightly backups
    at: TimeOfDay = time(3, 30)
    keep: Annotated[int, Field(ge=1)] = 14

    def nightly(self) -> Nightly | None:
        return None if self.folder is None else Nightly(folder=self.folder, at=self.at, keep=self.keep)


class KnowledgeSection(Section):
    editors: Address | None = None  #: the group that hears of drafts, reviews and the week's gaps

    def desk(self) -> Conversation | None:
        return group_conversation(self.editors) if self.editors else None


class VolunteerSection(Section):
    name: str
    number: str = ""
    rights: frozenset[Right] = frozenset({Right.VOLUNTEER})


class Settings(Section):
    """Every choice of the operator. Relative paths start at the folder of the file, then at the project's."""

    database: str = f"sqlite:///{HOME}/var/zhitongche.db"
    faq: Path = HOME / "faq_data"
    encoder: str | None = None  #: None: the one shipped with the project
    web: Web = Web()
    nlu: NluSection = NluSection()
    answering: AnsweringSection = AnsweringSection()
    tickets: TicketSection = TicketSection()
    delivery: DeliverySection = DeliverySection()
    notices: NoticeSection = NoticeSection()
    events: EventSection = EventSection()
    follow_ups: FollowUpSection = FollowUpSection()
    contacts: ContactSection = ContactSection()
    qq: QqSection = QqSection()
    wechat: WechatSection = WechatSection()
    wecom: WecomSection = WecomSection()
    terminal: TerminalSection = TerminalSection()
    backup: BackupSection = BackupSection()
    knowledge: KnowledgeSection = KnowledgeSection()
    unknown_groups: Policy = Policy.OFF
    groups: Mapping[Address, GroupSection] = {}
    desk: Address | None = None
    volunteers: Mapping[Address, VolunteerSection] = {}
    onebot_token: Annotated[SecretStr | None, Field(exclude=True)] = None
    rasa_token: Annotated[SecretStr | None, Field(exclude=True)] = None
    tokens: Annotated[Mapping[str, SecretStr], Field(exclude=True)] = {}  #: by the variable they came from

    def gateways(self) -> list[Gateway]:
        """The WeChat accounts, with their tokens."""
        return [account.at(self.tokens.get(account.token_variable)) for account in self.wechat.accounts]

    def ticket_rules(self) -> TicketRules:
        chiefs = [
            Person.at(address, name=section.name)
            for address, section in self.volunteers.items()
            if Right.DUTY_CHIEF in section.rights
        ]
        rules = self.follow_ups.after(replace(self.tickets.rules(tuple(chiefs)), follow=self.follow_ups.rules()))
        return replace(rules, contacts=self.contacts.card())

    def wecom_bots(self) -> list[Credentials]:
        """The WeCom bots, with their secrets."""
        return [bot.with_secret(self.tokens.get(bot.secret_variable)) for bot in self.wecom.bots]

    def directory(self) -> Directory:
        groups = [
            Group(conversation=group_conversation(address), **dict(section)) for address, section in self.groups.items()
        ]
        volunteers = [Volunteer(address=address, **dict(section)) for address, section in self.volunteers.items()]
        return Directory(
            groups={group.conversation: group for group in groups},
            volunteers={volunteer.address: volunteer for volunteer in volunteers},
            unknown_groups=self.unknown_groups,
            desk=group_conversation(self.desk) if self.desk else None,
            group_register=GroupRegister(),
        )
