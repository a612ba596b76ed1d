"""The twin's clients: the same ops, tries, waits and polls as the load's, decided by the same tables."""

from collections import Counter
from collections.abc import Generator
from typing import Any

from simpy import Event, Interrupt, Process

from connector.chance import Chance, word_index
from connector.codes import Code
from connector.sites import Site
from harness.model.environment import FastEnvironment
from harness.model.twin.gateway import Gateway
from harness.model.twin.replies import UNREACHABLE
from harness.model.twin.waiting import Wait, ended, within
from harness.scenario.scenario import ClientPolicy, WorkloadKind
from harness.service.answer import Answer, out_of_time
from harness.workload.arrivals import Arrival
from harness.workload.budget import RetryBudget
from harness.workload.drafts import draft_op, draft_poll
from harness.workload.follower import status_of
from harness.workload.ledger import Ledger, ShareStatus
from harness.workload.recorder import Recorder
from reports.history import Op, OpKind, OpResult

__all__ = ["Clients"]

_MUTATIONS = frozenset({OpKind.CREATE, OpKind.RESIZE, OpKind.DELETE})


class Clients:
    """As `harness.workload`: an arrival is due at its instant, whatever became of those before it."""

    def __init__(
        self, env: FastEnvironment, gateway: Gateway, recorder: Recorder, policy: ClientPolicy, *, seed: int
    ) -> None:
        self.skipped: Counter[WorkloadKind] = Counter()
        self._env = env
        self._gateway = gateway
        self._recorder = recorder
        self._policy = policy
        self._ledger = Ledger()
        self._jitter = Chance(seed, "workload.retry")
        self._budget = RetryBudget(policy.retry_budget)
        self._asking: dict[Process, None] = {}
        self._tasks: dict[Process, None] = {}
        gateway.part.when_killed.append(self._cut_off)

    def arrive(self, arrival: Arrival) -> None:
        """One thing that the load does, now."""
        draft = draft_op(arrival, self._ledger)
        if draft is None:
            self.skipped[arrival.kind] += 1
            return
        op = self._recorder.invoke(draft)
        self._ledger.announce(arrival, op)
        task = self._env.process(self._carry_out(op))
        self._tasks[task] = None
        task.callbacks.append(lambda event: self._tasks.pop(task, None))

    @property
    def under_way(self) -> int:
        """How many clients are not done."""
        return len(self._tasks)

    def abandon(self) -> None:
        """Send the clients home; their ops stay as far as they came."""
        for task in tuple(self._tasks):
            ended(task)

    def _carry_out(self, op: Op) -> Generator[Event, Any, None]:
        try:
            done = yield from self._perform(op)
            if done.kind in _MUTATIONS:
                yield from self._follow_up(done)
        except Interrupt:
            return

    def _perform(self, op: Op) -> Wait[Op]:
        tries = 1 + (self._policy.retries if op.kind in _MUTATIONS else 0)
        unclear: Answer | None = None
        tried = 0
        if tries > 1:
            self._budget.earn()
        while True:
            tried += 1
            answer = yield from self._try(op, tried)
            if answer.clear:
                break
            if unclear is None or answer.result is OpResult.INFO:
                unclear = answer
            if tried == tries or not self._budget.spend():
                answer = unclear
                break
            longest = self._policy.retry_wait * 2.0 ** (tried - 1)
            wait = longest * (0.5 + 0.5 * self._jitter.u01(word_index(op.key or op.name), tried))
            yield self._env.timeout(wait)
        return self._recorder.complete(op, answer, tried)

    def _try(self, op: Op, tried: int) -> Wait[Answer]:
        attempt = self._recorder.begin(op, tried)
        answer: Answer = UNREACHABLE
        if self._gateway.part.running:
            asking = self._env.process(self._ask(op))
            self._asking[asking] = None
            came = yield from within(self._env, asking, self._policy.total)
            self._asking.pop(asking, None)
            given: Answer | None = asking.value if came else None
            answer = given or out_of_time(self._policy.total)
        self._recorder.end(attempt, answer)
        return answer

    def _ask(self, op: Op) -> Generator[Event, Any, Answer]:
        try:
            return (yield from self._gateway.handle(op))
        except Interrupt:
            return _LOST

    def _cut_off(self) -> None:
        """The gateway is dead: whoever waits for it is told by a reset."""
        for process in tuple(self._asking):
            ended(process)
        self._asking.clear()

    def _follow_up(self, op: Op) -> Wait[None]:
        if op.result is OpResult.FAIL:
            self._ledger.refused(op)
            return
        if op.result is OpResult.OK and not self._ledger.granted(op):
            return
        if not self._ledger.follow(op.location, op.name):
            return
        status = yield from self._poll(op)
        self._ledger.unfollow(op.location, op.name)
        if status is not None:
            self._ledger.mark(op.location, op.name, status)

    def _poll(self, op: Op) -> Wait[ShareStatus | None]:
        """What became of the share; None where the client gave up not knowing."""
        began = due = self._env.now
        while due < op.intended_at + self._policy.poll_deadline:
            due += self._policy.poll_every
            yield self._env.timeout(max(0.0, due - self._env.now))
            seen = yield from self._perform(self._recorder.invoke(draft_poll(op, due)))
            late = self._env.now > began + self._policy.total
            status = status_of(op, seen, late=late)
            if status is not None:
                return status
            due = max(due, self._env.now)
        return None


_LOST = Answer(
    result=OpResult.INFO,
    cause="connection-lost",
    code=Code.LOST,
    site=Site.GATEWAY_REPLY,
    message="the connection was reset",
)
