"""The one table of jobs, run by APScheduler; each run is one transaction."""

import logging
from collections.abc import Callable, Sequence

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from handlers.handling import Clock
from handlers.jobs import Job
from handlers.store import Store

logger = logging.getLogger(__name__)


class Scheduler:
    """Runs jobs at their intervals. `done` is called when a job did something, so that delivery looks up."""

    def __init__(self, store: Store, jobs: Sequence[Job], *, clock: Clock, done: Callable[[], None]) -> None:
        self._store, self._clock, self._done = store, clock, done
        self._scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
        for job in jobs:
            self._scheduler.add_job(
                self._run, "interval", args=[job], seconds=job.every.total_seconds(), id=job.name,
                coalesce=True, max_instances=1, misfire_grace_time=None,
            )  # fmt: skip

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)

    def _run(self, job: Job) -> None:
        try:
            with self._store.transaction() if job.writes else self._store.reading() as session:
                count = job.run(session, self._clock())
        except SQLAlchemyError:
            logger.exception("job %s waits for its next turn: the database does not answer", job.name)
            return
        if count:
            logger.info("job %s did %s", job.name, count)
            self._done()
