"""People of companies who want notices in private. Whoever asks for them is written down, and hears what concerns a company
only when its coordinator, or an operator, knows that he belongs to it."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import Conversation, Person
from handlers.members.directory import RUN_GROUPS, Directory, Volunteer
from handlers.members.models import ContactRow, EnterpriseRow
from handlers.members.registry import RegistryRefusal
from handlers.outbox import PromiseKind
from handlers.tickets.papers import MemberRow

SHOWN = 15


def subscribe(session: Session, person: Person, place: Conversation, directory: Directory, *, now: datetime) -> str:
    """He wants them: what he is told about his company, "" where nobody has told us which it is. The desk is asked, once,
    whether he belongs to it."""
    query = select(EnterpriseRow).join(MemberRow, MemberRow.enterprise == EnterpriseRow.name)
    enterprise = session.scalar(query.where(MemberRow.person == person.address))
    if enterprise is None:
        return ""
    contact = session.get(ContactRow, person.address) or ContactRow(person=person.address, added_at=now)
    is_known = contact.enterprise_id == enterprise.id
    contact.private, contact.name = str(place), person.name[:100]
    contact.enterprise_id, contact.takes_private = enterprise.id, True
    contact.confirmed_by = contact.confirmed_by if is_known else None
    session.add(contact)
    session.flush()
    if contact.confirmed_by is not None:
        return f"与{enterprise.name}有关的政策会私信给您，不要了发“退订”。"
    if not is_known:
        _ask_desk(session, contact, enterprise, directory, now)
    return f"同事核实您是{enterprise.name}的人以后，与它有关的政策也会私信给您；不要了发“退订”。"


def confirm(session: Session, address: str, volunteer: Volunteer, *, now: datetime) -> str:
    """He belongs to the company, a colleague says. Raises RegistryRefusal."""
    contact, enterprise = _waiting(session, address, volunteer)
    contact.confirmed_by = volunteer.address
    _tell(session, contact, f"已核实，与{enterprise.name}有关的政策会私信给您；不要了发“退订”。", now)
    return f"{contact.name} 已核实是{enterprise.name}的联系人，已告诉他。"


def deny(session: Session, address: str, volunteer: Volunteer, *, now: datetime) -> str:
    """He does not. Raises RegistryRefusal."""
    contact, enterprise = _waiting(session, address, volunteer)
    _tell(session, contact, f"没能核实您是{enterprise.name}的人，与它有关的政策先不私信。有误请回复“转人工”。", now)
    session.delete(contact)
    return f"{contact.name} 没有记为{enterprise.name}的联系人，已告诉他。"


def unconfirmed(session: Session) -> str:
    """Who waits to be confirmed, for a desk."""
    rows = session.execute(_unconfirmed().order_by(ContactRow.added_at).limit(SHOWN)).all()
    return "\n".join(_line(contact, enterprise) for contact, enterprise in rows) or "没有等核实的联系人。"


def _ask_desk(
    session: Session, contact: ContactRow, enterprise: EnterpriseRow, directory: Directory, now: datetime
) -> None:
    if directory.desk is None:
        return
    known = directory.known(enterprise.coordinator)
    called = [Person.at(known.address, name=known.name)] if known else []
    called = [person for person in called if person.channel == directory.desk.channel]
    text = f"想在私聊收企业的通知，请核实是不是这家的人：\n{_line(contact, enterprise)}"
    outbox.promise(session, directory.desk, text, kind=PromiseKind.CARD, now=now, mention=called)


def _line(contact: ContactRow, enterprise: EnterpriseRow) -> str:
    person = contact.person
    return f"{contact.name}（{enterprise.name}）：是就发“核实联系人 {person}”，不是就发“不认联系人 {person}”"


def _waiting(session: Session, address: str, volunteer: Volunteer) -> tuple[ContactRow, EnterpriseRow]:
    found = session.execute(_unconfirmed().where(ContactRow.person == address.strip())).first()
    if found is None:
        raise RegistryRefusal(f"“{address[:40]}”不在等核实的联系人里，没有改动。发“核实联系人”看都有谁。")
    contact, enterprise = found
    if not volunteer.rights & RUN_GROUPS and enterprise.coordinator != volunteer.address:
        raise RegistryRefusal(f"{enterprise.name}的联系人由它的协调员或运营核实，没有改动。")
    return contact, enterprise


def _unconfirmed() -> Select[ContactRow, EnterpriseRow]:
    query = select(ContactRow, EnterpriseRow).join(EnterpriseRow, EnterpriseRow.id == ContactRow.enterprise_id)
    return query.where(ContactRow.takes_private, ContactRow.confirmed_by.is_(None))


def _tell(session: Session, contact: ContactRow, text: str, now: datetime) -> None:
    outbox.promise(session, Conversation.parse(contact.private), text, kind=PromiseKind.FOLLOW_UP, now=now)
