"""How a problem was cleared: 当场清, 提前清 with the help of those above, 思想清 where the law says no."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.tickets.fields import missing
from handlers.tickets.history import Act, record
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import DispositionRow
from handlers.tickets.words import Disposition, Level, What
from handlers.times import local_day

LABELS = {
    "依据": "basis", "法律依据": "basis", "说明": "explanation", "解释": "explanation", "替代办法": "alternative",
    "替代": "alternative", "建议": "alternative", "文号": "reference", "上报文号": "reference", "跟踪": "tracking",
    "跟踪情况": "tracking", "答复": "answer",
}  # fmt: skip
NAMES = {
    "basis": "依据", "explanation": "说明", "alternative": "替代", "reference": "文号", "tracking": "跟踪", "answer": "答复",
}  # fmt: skip
NEEDED = {
    Disposition.ON_THE_SPOT: (),
    Disposition.EARLY: ("reference", "tracking"),
    Disposition.MIND: ("basis", "explanation", "alternative"),
}


def lacking(disposition: Disposition, fields: Mapping[str, str]) -> list[str]:
    """What this way of clearing demands and nobody wrote, as people name it."""
    return [NAMES[name] for name in missing(fields, NEEDED[disposition])]


def words_of(disposition: Disposition, fields: Mapping[str, str], before: str) -> str:
    """What the asker reads: the answer itself, or what 思想清 explains."""
    if disposition == Disposition.MIND:
        opening = f"{before}\n" if before else ""
        return (
            f"{opening}{fields['explanation']}\n依据：{fields['basis']}\n您可以这样办：{fields['alternative']}".strip()
        )
    return fields.get("answer") or before


def dispose(
    session: Session, ticket: TicketRow, disposition: Disposition, act: Act, fields: Mapping[str, str] | None = None
) -> None:
    """Write down how it was cleared; the former word stays in the history."""
    said = {name: value for name, value in (fields or {}).items() if name != "answer"}
    before, ticket.disposition = ticket.disposition, disposition
    session.add(
        DispositionRow(ticket_id=ticket.id, disposition=disposition, decided_by=act.address, decided_at=act.now, **said)
    )
    why = "；".join(f"{NAMES[name]}：{value}" for name, value in said.items())
    record(session, ticket, What.DISPOSED, act, before=before.label if before else "", after=disposition.label, why=why)


def kept(disposition: Disposition, fields: Mapping[str, str]) -> dict[str, str]:
    """The clearing for a draft to keep, until its words are sent."""
    return {"way": disposition, **fields}


def dispose_as_kept(session: Session, ticket: TicketRow, kept: Mapping[str, str], act: Act) -> Disposition:
    """Write down the clearing that a draft kept."""
    disposition = next(way for way in Disposition if way == kept["way"])
    dispose(session, ticket, disposition, act, {name: said for name, said in kept.items() if name != "way"})
    return disposition


def presumed(ticket: TicketRow, now: datetime) -> Disposition | None:
    """An answer the same day by the first level clears on the spot; anything else people say themselves."""
    same_day = local_day(ticket.opened_at) == local_day(now)
    first = ticket.level == Level.FIRST_ASKED and not ticket.reopened
    return Disposition.ON_THE_SPOT if same_day and first and ticket.disposition is None else None


def disposition_of(session: Session, ticket: TicketRow) -> DispositionRow | None:
    query = select(DispositionRow).where(DispositionRow.ticket_id == ticket.id).order_by(DispositionRow.id.desc())
    return session.scalars(query.limit(1)).first()
