"""A little month through the whole bot: its ledger and figures are what the transcript made happen."""

from pathlib import Path

from benchmarks.month import differences, month, told, transcript
from bot.replay import Replay
from bot.settings import Settings
from bot.tables import Base
from bot.transcript import InputLine, channels_of, directory_for
from bot.wiring import wire
from handlers.base import Policy
from handlers.ledger import workbooks
from handlers.ledger.period import read_period
from handlers.members.directory import Directory
from handlers.store import Store
from handlers.times import local_day
from knowledge_base.faq_folder import load
from knowledge_base.workbooks import write_workbook
from tests.conftest import FAQ
from tests.world import Brain

QUESTIONS = 40


def test_ledger_and_figures_of_a_little_month_are_what_was_said(tmp_path: Path, brain: Brain) -> None:
    phrasings = [phrase for entry in load(FAQ) for phrase in entry.phrasings]
    events = month(QUESTIONS, phrasings, seed=7)
    lines = [InputLine.model_validate(line) for line in transcript(events)]
    store = Store(f"sqlite:///{tmp_path}/month.db", durable=False)
    Base.metadata.create_all(store.engine)
    playing, settings = Replay(store, channels=channels_of(lines)), Settings()
    wiring = wire(
        settings, store=store, mind=brain.mind, knowledge=brain.knowledge, instruments=brain.instruments, clock=playing.clock,
        directory=directory_for(lines, Directory(), policy=Policy.PROACTIVE),
    )  # fmt: skip
    results = list(playing.play(wiring, lines))
    period = read_period("2026-03-01 到 2026-04-30", today=local_day(playing.clock()))
    assert period is not None
    with store.reading() as session:
        rules = settings.ticket_rules()
        sheets = workbooks.ledger(session, period, rules, now=playing.clock(), tick=lambda _: None)
        write_workbook(tmp_path / "ledger.xlsx", sheets)
    store.close()
    tickets = told(events, results)
    assert differences(tickets, tmp_path / "ledger.xlsx") == []
    assert {ticket.state for ticket in tickets.values()} >= {"已确认", "默认办结", "待受理"}
    assert {ticket.group.partition(":")[0] for ticket in tickets.values()} == {"qq", "wechat"}
    tickets[1].state = "编造"
    assert differences(tickets, tmp_path / "ledger.xlsx") != []
