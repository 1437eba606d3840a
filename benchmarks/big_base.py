"""A base with very many tickets, as some years of work leave it behind: written straight into the tables."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from handlers.inbox import InboxRow
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.store import Store
from handlers.tickets.models import AskerRow, ClockRow, TicketEventRow, TicketRow
from handlers.tickets.words import (
    AskerState,
    Channel,
    ClockKind,
    Kind,
    Level,
    Mark,
    Origin,
    Rating,
    State,
    TicketClass,
    What,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COMMUNITIES = [f"qq:group:{720_000_001 + number}" for number in range(8)] + [f"wechat:group:{n}@room" for n in range(4)]
DESK = "qq:group:720000999"
VOLUNTEERS = [f"qq:{20_001 + number}" for number in range(30)]
TOPICS = ["原产地", "加工贸易", "归类", "报关单修撤", "查验", "税费", "减免税", "企业资质", "跨境电商", ""]
OPEN_SHARE = 0.05
AT_ONCE = 2_000
ENDINGS = [AskerState.CONFIRMED, AskerState.CONFIRMED, AskerState.ASSUMED, AskerState.ANSWERED, AskerState.DECLINED]

Rows = dict[type[Any], list[dict[str, Any]]]


def fill(store: Store, count: int, *, seed: int, tick: Callable[[int], object]) -> None:
    """Write `count` tickets with their askers, clocks, events, messages and answers."""
    chance = random.Random(seed)
    for start in range(1, count + 1, AT_ONCE):
        rows: Rows = {table: [] for table in (InboxRow, PromiseRow, TicketRow, AskerRow, ClockRow, TicketEventRow)}
        for id in range(start, min(start + AT_ONCE, count + 1)):
            for table, row in _ticket(id, count, chance):
                rows[table].append(row)
        with store.transaction() as session:
            _write(session, rows)
        tick(len(rows[TicketRow]))
    if not store.is_sqlite:
        _go_on_counting(store)


def _go_on_counting(store: Store) -> None:
    """PostgreSQL counts by itself, and has not seen the numbers written here."""
    with store.transaction() as session:
        for table in (InboxRow, PromiseRow, TicketRow):
            name = table.__tablename__
            session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
            )
        session.execute(text("ANALYZE"))


def _write(session: Session, rows: Rows) -> None:
    for table, values in rows.items():
        if values:
            session.execute(insert(table), values)


def _ticket(id: int, count: int, chance: random.Random) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    """One ticket and all that belongs to it; the newest are open."""
    opened = NOW - timedelta(minutes=(count - id) * 5)
    is_open = id > count * (1 - OPEN_SHARE)
    answered = None if is_open else opened + timedelta(minutes=chance.randrange(10, 3000))
    ended = chance.choice(ENDINGS)
    volunteer = chance.choice(VOLUNTEERS)
    person, community = f"qq:{30_000 + chance.randrange(3000)}", chance.choice(COMMUNITIES)
    question = _question(id, chance)
    yield InboxRow, {
        "id": id, "key": f"k{id}", "conversation": community, "message_id": f"m{id}", "sender": person,
        "sender_name": f"企业{id % 3000}", "text": question, "mentions_bot": True, "quotes": None, "attachments": [],
        "account": "", "sent_at": opened, "received_at": opened, "handled_at": opened,
    }  # fmt: skip
    if answered:
        yield PromiseRow, {
            "id": id, "conversation": community, "kind": PromiseKind.ANSWER, "text": "答复", "mention": [],
            "state": PromiseState.SENT, "created_at": answered, "sent_at": answered, "ticket": id, "attempts": 1,
            "resent": False, "platform_id": f"p{id}", "caused_by": id,
        }  # fmt: skip
    state = State.ACCEPTED if is_open and id % 2 else State.WAITING if is_open else State[ended.name]
    handler = None if state == State.WAITING else volunteer
    yield TicketRow, {
        "id": id, "state": state, "origin": Origin.ASKED, "kind": Kind.QUESTION, "channel": Channel.GROUP,
        "question": question, "topic": chance.choice(TOPICS), "reasons": "", "ticket_class": chance.choice(list(TicketClass)),
        "importance": chance.choice(list(Mark)), "urgency": chance.choice(list(Mark)), "level": Level.FIRST_ASKED,
        "community": community, "community_name": f"直通车{COMMUNITIES.index(community) + 1}群", "desk": DESK,
        "first_responder": handler, "handler": handler, "handler_name": f"志愿者{volunteer[-2:]}" if handler else None,
        "answer": f"可以。请先备案，再通过单一窗口申报，材料编号 {id}。" if answered else None,
        "answered_by": volunteer if answered else None, "signature": f"志愿者{volunteer[-2:]}" if answered else None,
        "answered_at": answered, "material_requests": 0, "reopened": 0, "returned": 0, "opened_at": opened,
        "changed_at": answered or opened, "closed_at": answered,
    }  # fmt: skip
    rating = chance.choice(list(Rating)) if ended == AskerState.CONFIRMED and answered else None
    yield AskerRow, {
        "ticket_id": id, "home_id": id, "person": person, "name": f"企业{id % 3000}", "conversation": community,
        "message_id": f"m{id}", "inbox_id": id, "asked_at": opened, "state": ended if answered else AskerState.OPEN,
        "answer_promise": id if answered else None, "answered_at": answered, "rating": rating,
        "rated_at": answered if rating else None, "rating_asked_at": answered, "settled_at": answered,
    }  # fmt: skip
    for kind, length in ((ClockKind.FIRST_RESPONSE, 240), (ClockKind.RESOLUTION, 4000)):
        stopped = answered or (opened if handler and kind == ClockKind.FIRST_RESPONSE else None)
        due = opened + timedelta(minutes=length)
        waits = stopped is None and due > NOW
        yield ClockRow, {
            "ticket_id": id, "kind": kind, "started_at": opened, "due": due, "limit": "2 working days",
            "counted_from": opened, "pauses": [], "warn_at": due if waits else None, "breach_at": due if waits else None,
            "stopped_at": stopped, "spare_minutes": 10 if stopped else None,
        }  # fmt: skip
    for what in (What.OPENED, What.TAKEN, What.ANSWERED, What.CONFIRMED)[: 4 if answered else 1]:
        yield TicketEventRow, {
            "ticket_id": id, "at": answered or opened, "who": volunteer, "who_name": volunteer[-2:], "what": what,
        }  # fmt: skip


def _question(id: int, chance: random.Random) -> str:
    about = chance.choice(["手册到期了怎么展期", "报关单申报错了品名怎么改", "查验要多久", "产地证漏打一项能不能补"])
    number = f"，报关单号 5301202600{id:08d}" if chance.random() < 0.3 else ""
    return f"请问老师，我们公司有一票货{number}，{about}，客户催得比较急，谢谢"
