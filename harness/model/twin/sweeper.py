"""The twin's sweeper: lists a cluster, and deletes what carries our mark and has had no record for a while."""

from collections.abc import Generator, Mapping
from typing import Any

from simpy import Event, Interrupt, Process

from connector.operations import Capability, Delete, List, ListReply, ShareView, Stamp
from connector.outcomes import Done
from harness.model.environment import FastEnvironment
from harness.model.twin.bulkhead import Bulkhead
from harness.model.twin.part import Part
from harness.model.twin.records import Records
from harness.model.twin.waiting import Wait, ended
from pipeline.processor.situation import mark_of
from pipeline.settings import SweeperSettings

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
        owner: str,
    ) -> None:
        self._env = env
        self._part = part
        self._records = records
        self._cluster = cluster
        self._settings = settings
        self._owner = owner
        self._first_seen: dict[str, float] = {}
        self._sent = 0
        self._process: Process | None = None
        part.when_killed.append(self._die)
        part.when_started.append(self.start)

    def start(self) -> None:
        self._first_seen = {}
        self._process = self._env.process(self._run())

    def _die(self) -> None:
        if self._process is not None:
            ended(self._process)

    def _run(self) -> Generator[Event, Any, None]:
        try:
            while True:
                yield self._env.timeout(self._settings.every)
                yield from self._part.ready()
                if (yield from self._cluster.learn()) is not None:
                    continue
                if Capability.MARK not in self._cluster.claimed:
                    return
                yield from self._sweep()
        except Interrupt:
            return

    def _sweep(self) -> Wait[None]:
        outcome = yield from self._cluster.ask(List())
        match outcome:
            case Done(reply=ListReply(shares=shares)):
                yield from self._without_record(self._ours(shares))
            case _:
                pass

    def _ours(self, shares: tuple[ShareView, ...]) -> Mapping[str, ShareView]:
        opening = mark_of(self._owner, "")
        marked = [(share.mark or "", share) for share in shares]
        return {mark.removeprefix(opening): share for mark, share in marked if mark.startswith(opening)}

    def _without_record(self, ours: Mapping[str, ShareView]) -> Wait[None]:
        known, now = self._records.known(ours), self._env.now
        self._first_seen = {id: self._first_seen.get(id, now) for id in ours if id not in known}
        for id, seen_at in tuple(self._first_seen.items()):
            if now - seen_at >= self._settings.grace:
                yield from self._delete(id, ours[id])

    def _delete(self, id: str, share: ShareView) -> Wait[None]:
        self._sent += 1
        deadline = self._env.now + self._cluster.deadlines.total
        stamp = Stamp(
            request_id=f"{id}.sweep.{self._sent}.{deadline:.6f}",
            not_after=deadline if Capability.NOT_AFTER in self._cluster.claimed else None,
        )
        yield from self._cluster.ask(Delete(name=share.name, stamp=stamp, mark=mark_of(self._owner, id)), share=id)
