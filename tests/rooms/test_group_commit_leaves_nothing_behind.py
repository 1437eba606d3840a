"""Group commit: writes that share a commit, and the end of whoever asked for them."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.group_commit import GroupCommit
from handlers.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path}/group_commit.db", durable=False)
    with opened.transaction() as session:
        session.execute(text("CREATE TABLE said (line TEXT)"))
    yield opened
    opened.close()


def say(session: Session, line: str) -> str:
    session.execute(text("INSERT INTO said VALUES (:line)"), {"line": line})
    return line


def said(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(text("SELECT line FROM said ORDER BY rowid")))


async def ended_in_the_middle(store: Store) -> list[str | BaseException]:
    """Two works are given, and those who gave them are cancelled while the first is being done."""
    begun, go_on = Event(), Event()

    def slowly(session: Session) -> str:
        begun.set()
        go_on.wait(10)
        return say(session, "一")

    with ThreadPoolExecutor(1) as executor:
        commits = GroupCommit(store, executor)
        first = asyncio.create_task(commits.do(slowly))
        await asyncio.to_thread(begun.wait, 10)
        second = asyncio.create_task(commits.do(lambda session: say(session, "二")))
        await asyncio.sleep(0)
        first.cancel()
        second.cancel()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
        return list(await asyncio.gather(first, second, return_exceptions=True))


def test_who_is_cancelled_leaves_when_what_he_gave_is_written(store: Store) -> None:
    ends = asyncio.run(ended_in_the_middle(store))
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 2
    assert said(store) == ["一", "二"]


def test_of_works_that_share_a_commit_one_that_fails_fails_alone(store: Store) -> None:
    async def together() -> list[str | BaseException]:
        def fail(session: Session) -> str:
            say(session, "不算")
            raise ValueError("no")

        with ThreadPoolExecutor(1) as executor:
            commits = GroupCommit(store, executor)
            works = (lambda session: say(session, "一"), fail, lambda session: say(session, "三"))
            return list(await asyncio.gather(*map(commits.do, works), return_exceptions=True))

    one, failed, three = asyncio.run(together())
    assert (one, three) == ("一", "三")
    assert isinstance(failed, ValueError)
    assert said(store) == ["一", "三"]
