"""公开清单: settled questions and their answers for publication, without anything that tells who asked."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import beside
from bot.ledgers import chosen_period
from bot.settings import Settings
from bot.written_files import workbook, writing
from handlers.knowledge.generalising import general_answer, general_question
from handlers.ledger.figures import within
from handlers.ledger.period import Period
from handlers.tickets.models import TicketRow
from handlers.tickets.words import State
from handlers.times import local_day, utc_now
from knowledge_base.workbooks import Column, Format, Sheet, write_workbook

SETTLED = (State.CONFIRMED, State.ASSUMED)
COLUMNS = (
    Column(title="序号", width=6, format=Format.NUMBER), Column(title="主题", width=18), Column(title="类别"),
    Column(title="问题", width=40, format=Format.LONG), Column(title="答复", width=70, format=Format.LONG),
    Column(title="答复日期"), Column(title="结果"),
)  # fmt: skip

Row = tuple[int, str, str, str, str, str, str]


def write_public(settings: Settings, to: Path, period: str) -> str:
    """Write the list; what was written, for a person."""
    chosen, to = chosen_period(period, utc_now()), workbook(to)
    with beside(settings.database) as store, store.reading() as session:
        rows = public_rows(session, chosen)
    sheet = Sheet(title="公开清单", columns=COLUMNS, rows=rows, count=len(rows), freeze="A2")
    with writing(to):
        write_workbook(to, [sheet])
    return f"{chosen.label} {len(rows)} 件写入 {to}。发布前请人再看一遍：姓名、商号这类话机器不一定都认得"


def public_rows(session: Session, period: Period) -> list[Row]:
    """What was answered in the period and settled since: questions and answers without names and numbers."""
    query = select(TicketRow).where(
        TicketRow.state.in_(SETTLED),
        TicketRow.answer.is_not(None),
        within(period, TicketRow.answered_at),
    )
    tickets = session.scalars(query.order_by(TicketRow.answered_at, TicketRow.id))
    return [_row(number, ticket) for number, ticket in enumerate(tickets, start=1)]


def _row(number: int, ticket: TicketRow) -> Row:
    day = local_day(ticket.answered_at).isoformat() if ticket.answered_at else ""
    question, answer = general_question(ticket.asked), general_answer(ticket.answer or "")
    return number, ticket.topic, ticket.ticket_class.label, question, answer, day, ticket.state.label
