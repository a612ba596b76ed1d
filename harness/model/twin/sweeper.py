"""The twin's sweeper: lists a cluster, and deletes what carries our mark and has had no record for a while."""

from collections.abc import Generator
from typing import Any

from simpy import Event, Interrupt, Process

from connector.codes import Code
from connector.operations import Capability, Delete, List, ListReply, ShareView, Stamp
from connector.outcomes import Done, Unknown
from harness.model.environment import FastEnvironment
from harness.model.twin.bulkhead import Bulkhead
from harness.model.twin.part import Part
from harness.model.twin.records import Records
from harness.model.twin.waiting import Wait, ended
from pipeline.marks import Marks
from pipeline.processor.backoff import pause_of_sweep
from pipeline.processor.sorting import Marked, doubtful, marked, sort_out
from pipeline.settings import RetrySettings, SweeperSettings

__all__ = ["Sweeper"]


class Sweeper:
    """Sweeps one cluster, for as long as the processor lives."""

    def __init__(
        self,
        env: FastEnvironment,
        part: Part,
        records: Records,
        cluster: Bulkhead,
        *,
        settings: SweeperSettings,
        retry: RetrySettings,
        marks: Marks,
    ) -> None:
        self._env = env
        self._part = part
        self._records = records
        self._cluster = cluster
        self._settings = settings
        self._retry = retry
        self._unswept = 0
        self._marks = marks
        self._first_seen: dict[str, float] = {}
        self._sent = 0
        self._process: Process | None = None
        part.when_killed.append(self._die)
        part.when_started.append(self.start)

    def start(self) -> None:
        self._first_seen = {}
        self._unswept = 0
        self._process = self._env.process(self._run())

    def _die(self) -> None:
        if self._process is not None:
            ended(self._process)

    def _run(self) -> Generator[Event, Any, None]:
        try:
            while True:
                yield self._env.timeout(pause_of_sweep(self._retry, self._settings.every, self._unswept))
                yield from self._part.ready()
                if (yield from self._cluster.learn()) is not None:
                    continue
                if Capability.MARK not in self._cluster.claimed:
                    return
                yield from self._sweep()
        except Interrupt:
            return

    def _sweep(self) -> Wait[None]:
        outcome = yield from self._cluster.ask(List(mark=self._marks.owner))
        if isinstance(outcome, Unknown) and outcome.code is Code.UNREADABLE:
            outcome = yield from self._cluster.ask(List(mark=f"{self._marks.owner}/{self._marks.store.id}"))
        match outcome:
            case Done(reply=ListReply(shares=shares)):
                self._unswept = 0
                yield from self._delete_due(self._orphans(shares))
            case _:
                self._unswept += 1

    def _orphans(self, shares: tuple[ShareView, ...]) -> tuple[Marked, ...]:
        rows = marked(shares, self._marks)
        known = self._records.known(row.maker.share for row in rows)
        removed = self._records.removed(doubtful(rows, known))
        return sort_out(rows, self._marks, location=self._cluster.name, known=known, removed=removed).orphans

    def _delete_due(self, orphans: tuple[Marked, ...]) -> Wait[None]:
        now = self._env.now
        self._first_seen = {row.mark: self._first_seen.get(row.mark, now) for row in orphans}
        due = [row for row in orphans if now - self._first_seen[row.mark] >= self._settings.grace]
        if len(due) <= self._settings.at_most:
            for row in due:
                yield from self._delete(row)

    def _delete(self, row: Marked) -> Wait[None]:
        self._sent += 1
        deadline = self._env.now + self._cluster.deadlines.total
        stamp = Stamp(
            request_id=f"{row.maker.share}.sweep.{self._sent}.{deadline:.6f}",
            not_after=deadline if Capability.NOT_AFTER in self._cluster.claimed else None,
        )
        delete = Delete(name=row.share.name, stamp=stamp, mark=row.mark)
        yield from self._cluster.ask(delete, share=row.maker.share)
