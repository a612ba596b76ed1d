"""The process that leads a load: it has the others begin and end, and knows what all of them report."""

import logging
import time
from collections.abc import Callable

from locust.env import Environment
from locust.runners import MasterRunner

from harness.load.boot import boot_id
from harness.load.generator.part import Begin, LoadPart
from harness.load.live_gates import LiveGates
from harness.load.plan import LoadPlan
from harness.load.wire import GeneratorCommand, Row, decode, encode, is_of_attempt, is_of_op
from reports.journal import GeneratorNote

__all__ = ["BEGIN", "ROWS", "STOP", "Conductor"]

BEGIN, STOP, ROWS = "spoolproof-begin", "spoolproof-stop", "spoolproof-rows"
"""The messages between a master and its workers."""

_LEAD = 0.5
"""Seconds from a command to the load that it begins."""

_log = logging.getLogger(__name__)


class Conductor:
    """here: the part of this process, which has one where it is not a master. tell: takes lines of rows, for whoever
    started it. is_led: whether somebody did, who says when to begin and to end."""

    def __init__(
        self,
        environment: Environment,
        plan: LoadPlan,
        here: LoadPart,
        *,
        tell: Callable[[bytes], object],
        is_led: bool,
    ) -> None:
        self._environment = environment
        self._plan = plan
        self._here = here
        self._tell = tell
        self._is_led = is_led
        self._of = 0
        self._begins = 0.0
        self._quit = False
        self._aborted = False
        self.failure: str | None = None
        self.states: dict[int, GeneratorNote] = {}
        self.gates = LiveGates(plan.scenario, plan.seed)

    @property
    def users(self) -> int:
        """One for each process that plays a part."""
        runner = self._environment.runner
        return max(runner.worker_count, 1) if isinstance(runner, MasterRunner) else 1

    @property
    def over(self) -> bool:
        """Whether the test shall end. Looks for workers that are gone."""
        if self._of and self.users < self._of and not self._quit:
            self._lose(f"{self._of - self.users} of {self._of} load generators are gone")
        return self._quit or self.failure is not None or (self._done and not self._is_led)

    @property
    def now(self) -> float:
        """Seconds since the load began."""
        return time.monotonic() - self._begins if self._begins else 0.0  # noqa: TID251 - the clock of the load

    def ready(self) -> None:
        """All processes are there: whoever leads says when to begin; else it begins."""
        self._tell(encode(Row(ready=True)))
        if not self._is_led and not self._of:
            begins = time.monotonic() + _LEAD  # noqa: TID251 - as above
            self.command(GeneratorCommand(url=self._environment.host or "", begins=begins, boot=boot_id()))

    def command(self, command: GeneratorCommand) -> None:
        """Do what it says."""
        if command.url:
            self._begin(command)
        elif command.stop:
            self._stop()
        elif command.quit:
            self._quit = True

    def gone(self) -> None:
        """Whoever started it is gone."""
        self._quit = True

    def receive(self, lines: bytes) -> None:
        """Rows of a part, this process's or another's."""
        self._tell(lines)
        rows = [
            decode(line)
            for line in lines.splitlines()
            if not is_of_attempt(line) and (self.gates.wanted or not is_of_op(line))
        ]
        self.gates.add(*(row.op for row in rows if row.op is not None))
        for row in rows:
            self._note(row)
        if self._plan.abort and not self._aborted and (lost := self.gates.lost(self.now)) is not None:
            self._aborted = True
            self._tell(encode(Row(aborted=lost)))
            _log.warning("the load ends early: %s cannot hold any more", lost)
            self._stop()

    def _note(self, row: Row) -> None:
        if row.active is not None:
            self.gates.add_active(*row.active)
        elif row.state is not None:
            self.states[row.process] = row.state
        elif row.lost is not None:
            self._lose(row.lost)

    @property
    def _done(self) -> bool:
        """Whether all parts have come to their ends."""
        states = list(self.states.values())
        return bool(self._of) and len(states) == self._of and all(_is_done(state) for state in states)

    def _begin(self, command: GeneratorCommand) -> None:
        runner = self._environment.runner
        self._environment.host = command.url  # for who looks at the page
        self._begins = command.begins
        self.states = {}
        if isinstance(runner, MasterRunner):
            clients = sorted(runner.clients, key=runner.get_worker_index)
            self._of = len(clients)
            for number, client in enumerate(clients):
                begin = self._for(command, number)
                runner.send_message(BEGIN, {name: getattr(begin, name) for name in Begin.__slots__}, client)
        else:
            self._of = 1
            self._here.begin(self._for(command, 0))
        self._tell(encode(Row(parts=self._of)))

    def _for(self, command: GeneratorCommand, number: int) -> Begin:
        return Begin(
            number=number,
            of=self._of,
            url=command.url,
            begins=command.begins,
            left=command.begins - time.monotonic(),  # noqa: TID251 - as above
            boot=command.boot,
            latest=self._plan.latest,
            digest=self._plan.digest,
        )

    def _stop(self) -> None:
        runner = self._environment.runner
        if isinstance(runner, MasterRunner):
            runner.send_message(STOP)
        else:
            self._here.stop()

    def _lose(self, why: str) -> None:
        if self.failure is None:
            self.failure = why
            _log.error("%s", why)
            self._tell(encode(Row(lost=why)))


def _is_done(state: GeneratorNote) -> bool:
    return state.offered and not state.under_way
