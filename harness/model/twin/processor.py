"""The twin's processor: hints from the spool, a slow scan for all that no hint tells of, a worker per claim."""

from collections.abc import Generator, Mapping
from typing import Any

from simpy import Event, Interrupt, Process

from harness.model.environment import FastEnvironment
from harness.model.twin.bulkhead import Bulkhead
from harness.model.twin.part import Part
from harness.model.twin.records import Records
from harness.model.twin.waiting import Turn, Wait, ended, rest
from harness.model.twin.worker import Holding, LeaseLost, Worker
from pipeline.record import Claim, Message
from pipeline.settings import ProcessorSettings

__all__ = ["Processor"]

_FOLLOWERS = 4
"""Hints followed at once. Those of them that find no room any more are used up, and left to the scan."""
_LONGEST_WAIT = 0.5
"""Seconds for which one look at the spool may last."""


class Processor:
    """As `pipeline.processor.dispatch.Dispatcher`. poll: seconds between two looks at the spool.

    Killed, its work ends at once and nobody takes up a record before its lease has run out; started again, it is
    another one.
    """

    def __init__(
        self,
        env: FastEnvironment,
        part: Part,
        records: Records,
        *,
        clusters: Mapping[str, Bulkhead],
        worker: Worker,
        settings: ProcessorSettings,
        poll: float,
    ) -> None:
        self._env = env
        self._part = part
        self._records = records
        self._clusters = clusters
        self._worker = worker
        self._settings = settings
        self._poll = poll
        self._working: dict[Process, tuple[Holding, Bulkhead]] = {}
        self._loops: list[Process] = []
        self._life = 0
        self._door = Turn(env)
        self._turn = Turn(env)
        self._is_crowded = False
        self._room = env.event()
        self._again = env.event()
        part.when_killed.append(self._die)
        part.when_started.append(self.start)

    def start(self) -> None:
        """Begin to work."""
        self._life += 1
        self._door, self._turn = Turn(self._env), Turn(self._env)
        self._loops = [self._env.process(self._follow()) for _ in range(_FOLLOWERS)]
        self._loops.append(self._env.process(self._scan()))

    @property
    def _holder(self) -> str:
        return f"processor-{self._life}"

    def _die(self) -> None:
        beat = self._settings.lease / 3
        for loop in self._loops:
            ended(loop)
        for process, (holding, cluster) in tuple(self._working.items()):
            beats = (self._env.now - holding.began) // beat
            ended(process)
            self._records.hold_until(holding.claim, holding.began + beats * beat + self._settings.lease)
            cluster.in_hand -= 1
        self._working.clear()

    def _follow(self) -> Generator[Event, Any, None]:
        """Take hints while there is room; a taker looks again and again, at its own pace."""
        try:
            while True:
                yield from self._part.ready()
                if not self._open():
                    if self._room.triggered:
                        self._room = self._env.event()
                    yield from rest(self._env, self._settings.scan, self._room)
                    continue
                message = yield from self._take(min(self._settings.scan, _LONGEST_WAIT))
                if message is not None:
                    yield from self._claim(message)
        except Interrupt:
            return

    def _take(self, wait: float) -> Wait[Message | None]:
        """One at a time waits at the spool."""
        yield from self._door.take()
        try:
            ends = self._env.now + wait
            while not self._records.messages:
                remaining = ends - self._env.now
                if remaining <= 0:
                    return None
                yield self._env.timeout(min(remaining, self._poll))
            yield from self._part.ready()
            message = self._records.messages.popleft()
            yield self._commit()
            return message
        finally:
            self._door.leave()

    def _claim(self, message: Message | None) -> Wait[bool]:
        """Claim and start. One at a time: two at once could both find the last room of a cluster."""
        yield from self._turn.take()
        try:
            locations = self._open()
            if not locations:
                return False
            lease = self._settings.lease
            if message is None:
                claim = self._records.claim_due(self._holder, lease, locations)
            else:
                claim = self._records.claim_message(message, self._holder, lease, locations)
            yield self._commit()
            if claim is not None:
                self._start(claim)
            return claim is not None
        finally:
            self._turn.leave()

    def _scan(self) -> Generator[Event, Any, None]:
        """All that is due, longest first, as far as there is room; then wait for room or for the next scan."""
        try:
            while True:
                yield from self._part.ready()
                self._again = self._env.event()
                while (yield from self._claim(None)):
                    pass
                yield from rest(self._env, self._settings.scan, self._again)
        except Interrupt:
            return

    def _commit(self) -> Event:
        """What the store does is seen after all else that is awake at this instant."""
        return self._env.timeout(0.0)

    def _open(self) -> list[str]:
        names = [name for name, cluster in self._clusters.items() if cluster.has_room]
        self._is_crowded = len(names) < len(self._clusters)
        return names

    def _start(self, claim: Claim) -> None:
        cluster = self._clusters[claim.record.location]
        cluster.in_hand += 1
        holding = Holding(claim=claim, began=self._env.now)
        process = self._env.process(self._work(holding, cluster))
        self._working[process] = (holding, cluster)
        process.callbacks.append(self._ended)

    def _work(self, holding: Holding, cluster: Bulkhead) -> Generator[Event, Any, None]:
        try:
            yield from self._worker.work(holding, cluster)
        except (Interrupt, LeaseLost):
            return

    def _ended(self, process: Event) -> None:
        assert isinstance(process, Process)
        _, cluster = self._working.pop(process, (None, None))
        if cluster is None:
            return
        cluster.in_hand -= 1
        if self._is_crowded:
            for event in (self._room, self._again):
                if not event.triggered:
                    event.succeed()
