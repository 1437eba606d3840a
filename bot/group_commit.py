"""Many small writes, one commit: what arrives while one transaction runs goes into the next together."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from handlers.store import Store

T = TypeVar("T")
Work = Callable[[Session], T]
MOST = 200  # writes in one transaction


@dataclass(frozen=True)
class _Piece:
    work: Work[Any]
    done: asyncio.Future[Any]


class GroupCommit:
    """Runs pieces of work in the order they were given, gathered into few transactions."""

    def __init__(self, store: Store, executor: Executor) -> None:
        self._store, self._executor = store, executor
        self._pieces: list[_Piece] = []
        self._running: asyncio.Task[None] | None = None

    async def do(self, work: Work[T]) -> T:
        """The result of the work, once it is committed. Who is cancelled meanwhile leaves when it is done, so that none of it
        outlives the executor and the database."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._pieces.append(_Piece(work, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            await asyncio.gather(done, return_exceptions=True)
            raise

    async def _run(self) -> None:
        loop, pieces = asyncio.get_running_loop(), list[_Piece]()
        try:
            while self._pieces:
                pieces, self._pieces = self._pieces[:MOST], self._pieces[MOST:]
                outcomes = await loop.run_in_executor(self._executor, self._in_one, pieces)
                for piece, outcome in zip(pieces, outcomes, strict=True):
                    _tell(piece.done, outcome)
        finally:  # the loop itself may end: then nobody waits for what is not done any more
            for piece in (*pieces, *self._pieces):
                piece.done.cancel()

    def _in_one(self, pieces: list[_Piece]) -> list[Any]:
        try:
            with self._store.transaction() as session:
                return [piece.work(session) for piece in pieces]
        except Exception:  # noqa: BLE001  one of them failed: each for itself, so that it fails alone
            return [self._alone(piece) for piece in pieces]

    def _alone(self, piece: _Piece) -> Any:
        try:
            with self._store.transaction() as session:
                return piece.work(session)
        except Exception as error:  # noqa: BLE001  handed to the one who waits for it
            return error


def _tell(done: asyncio.Future[Any], outcome: Any) -> None:
    if done.done():
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
