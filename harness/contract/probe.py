"""What the check of a clause has at hand: requests with names of its own, connectors, raw connections."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count

from connector.codes import Code
from connector.dialects.steps import OperationStep
from connector.errors import ReplyError
from connector.operations import (
    Capability,
    Create,
    Delete,
    List,
    ListReply,
    Ping,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
    Stamp,
    Verb,
)
from connector.outcomes import Done, Failed, Outcome, refusal
from connector.pooled.stops import CallStopped
from connector.protocol import Connector, Deadlines, Refusal
from connector.sites import Site
from connector.ssh import SshConnector
from harness.contract.expect import refused, reply_of
from harness.contract.findings import NotClaimed, TargetGone, Undecided, Violation
from harness.contract.ledger import NameLedger
from harness.contract.target import ContractParameters, ContractTarget, TargetLimits
from harness.contract.wire import RawConnection, RawReply, raw_connection
from harness.contract.wording import outcome_words, request_words

__all__ = ["POOL", "ClauseProbe", "SuiteBench"]

_STEPS = 60
"""Steps of a clause that are kept for its report."""
_BUSY = 0.05
"""Seconds before the first repetition of a command that was refused as busy."""
_BUSY_TRIES = 8

POOL = 2
"""Connections that the clauses of a run share."""


class SuiteBench:
    """What the clauses of a run share. claims: the capabilities that are proven. may_exist: names of shares that were
    asked for, and not seen to be refused or removed since."""

    def __init__(
        self, target: ContractTarget, connector: Connector, ledger: NameLedger, claims: frozenset[Capability]
    ) -> None:
        self.target = target
        self.connector = connector
        self.ledger = ledger
        self.claims = claims
        self.observations: dict[str, str] = {}
        self.may_exist: dict[str, None] = {}
        self.numbers = count(1)


class ClauseProbe:
    """One clause's own. Whatever it makes has a name of the ledger, and is removed by the run."""

    def __init__(self, bench: SuiteBench) -> None:
        self._bench = bench
        self._names: list[str] = []
        self.steps: list[str] = []

    @property
    def target(self) -> ContractTarget:
        return self._bench.target

    @property
    def limits(self) -> TargetLimits:
        return self._bench.target.limits

    @property
    def parameters(self) -> ContractParameters:
        return self._bench.target.parameters

    @property
    def claims(self) -> frozenset[Capability]:
        return self._bench.claims

    @property
    def carries_request_ids(self) -> bool:
        """Whether the dialect tells the connector which request it is."""
        return self.target.dialect.request_ids

    @property
    def rounding(self) -> int:
        """A size becomes a multiple of it."""
        return max(self.limits.rounding, self.target.dialect.size_step)

    def carries(self, request: Request) -> bool:
        """Whether the dialect can say all of it."""
        return self.target.dialect.reduced(request) == request

    def has(self, verb: Verb) -> bool:
        """Whether the dialect has a command for it."""
        return self.target.dialect.knows(verb)

    def is_at_once(self, verb: Verb) -> bool:
        """Whether a connector carries it out by one command, so that nothing can come in between. Raises `NotClaimed`
        where the dialect lacks it."""
        steps = self._steps(verb)
        return len(steps) == 1 and steps[0].job is None

    def _steps(self, verb: Verb) -> Sequence[OperationStep]:
        if not self.has(verb):
            raise NotClaimed(f"the dialect has no {verb}")
        return self.target.dialect.steps[verb]

    def observe(self, what: str, seen: str) -> None:
        """Tell the reader of the report about something that is neither right nor wrong."""
        self._bench.observations[what] = seen

    @property
    def pool(self) -> int:
        """How many connections the run itself may have open."""
        return POOL

    # --- names and requests -----------------------------------------------------------------------------------

    def core(self) -> str:
        """The beginning of a name that nobody else has; a name with it is to be adopted."""
        return f"{self._bench.ledger.token}-{self._number()}-"

    def name(self, pattern: str = "{}") -> str:
        """A new name, registered; `{}` in the pattern becomes what makes it ours."""
        return self.adopt(pattern.replace("{}", f"{self._bench.ledger.token}-{self._number()}"))

    def adopt(self, name: str, *, checked: bool = False) -> str:
        """The name, registered. checked: it has nothing of ours in it, and no share of that name is there."""
        self._names.append(name)
        return self._bench.ledger.register(name, checked=checked)

    def knows(self, name: str) -> bool:
        """Whether the run has asked for a share of that name."""
        return name in self._bench.ledger.names

    def stamp(self, *, sequence: int | None = None, not_after: float | None = None) -> Stamp:
        """Of a new request."""
        request_id = f"{self._bench.ledger.token}-r{self._number()}"
        return Stamp(request_id=request_id, sequence=sequence, not_after=not_after)

    def mark(self, *parts: str) -> str:
        """A mark that nobody else has."""
        return "/".join((f"{self._bench.ledger.token}-m{self._number()}", *parts))

    def create(
        self, name: str | None = None, *, size: int | None = None, mark: str | None = None, sequence: int | None = None
    ) -> Create:
        return Create(
            name=self.name() if name is None else name,
            size=self.parameters.size if size is None else size,
            stamp=self.stamp(sequence=sequence),
            mark=mark,
        )

    def delete(self, name: str, *, mark: str | None = None, sequence: int | None = None) -> Delete:
        return Delete(name=name, stamp=self.stamp(sequence=sequence), mark=mark)

    def resize(self, name: str, size: int | None = None, *, sequence: int | None = None) -> Resize:
        """Raises `NotClaimed` where the dialect has none."""
        self._steps(Verb.RESIZE)
        larger = self.parameters.larger if size is None else size
        return Resize(name=name, size=larger, stamp=self.stamp(sequence=sequence))

    # --- commands ---------------------------------------------------------------------------------------------

    async def ask(
        self,
        request: Request,
        *,
        via: Connector | None = None,
        deadlines: Deadlines | None = None,
        patient: bool = True,
    ) -> Outcome:
        """patient: what is refused as busy is tried again a few times."""
        connector = self._bench.connector if via is None else via
        self._sent(request)
        outcome = await connector.perform(request, deadlines or self.target.deadlines)
        for attempt in range(_BUSY_TRIES if patient else 0):
            if not (isinstance(outcome, Failed) and outcome.code is Code.BUSY):
                break
            await asyncio.sleep(_BUSY * 2**attempt)
            outcome = await connector.perform(request, deadlines or self.target.deadlines)
        self._step(request, outcome)
        return outcome

    async def make(self, create: Create | None = None) -> Create:
        """A share that is there. Raises `Undecided` where it cannot be had, since then nothing can be said about it."""
        asked = self.create() if create is None else create
        outcome = await self.ask(asked)
        if not isinstance(outcome, Done):
            raise Undecided(f"a share to try it with could not be made: {outcome_words(outcome)}")
        return asked

    async def done(self, request: Request, *, via: Connector | None = None) -> None:
        """Ask for something that has to be done."""
        reply_of(request, await self.ask(request, via=via))

    async def refused(self, request: Request, *codes: Code, via: Connector | None = None) -> Failed:
        """Ask for something that has to be refused, with one of these codes if any are given."""
        return refused(request, await self.ask(request, via=via), *codes)

    async def find(self, name: str, *, via: Connector | None = None) -> ShareView | None:
        """The share as `show` has it; None where there is none."""
        outcome = await self.ask(Show(name=name), via=via)
        if isinstance(outcome, Failed) and outcome.code is Code.NOT_FOUND:
            return None
        reply = reply_of(Show(name=name), outcome)
        assert isinstance(reply, ShowReply)
        return reply.share

    async def there(self, name: str, *, via: Connector | None = None) -> ShareView:
        """A share that has to be there, whole and with its own name."""
        share = await self.find(name, via=via)
        if share is None:
            raise Violation(f"show does not find {name!r}")
        if share.name != name:
            raise Violation(f"show of {name!r} shows {share.name!r}")
        if not share.complete:
            raise Violation(f"{name!r} is half-made")
        return share

    async def gone(self, name: str, *, via: Connector | None = None) -> None:
        """A share that must not be there."""
        if (share := await self.find(name, via=via)) is not None:
            raise Violation(f"{share.name!r} is there")

    async def is_taken(self, name: str) -> bool:
        """Whether there is such a share, whatever else `show` may say about the name."""
        return isinstance(await self.ask(Show(name=name)), Done)

    async def listed(self, mark: str | None = None, *, via: Connector | None = None) -> dict[str, ShareView]:
        """What `list` has of this run, by name."""
        reply = reply_of(List(mark=mark), await self.ask(List(mark=mark), via=via))
        assert isinstance(reply, ListReply)
        return {share.name: share for share in reply.shares if self._bench.ledger.token in share.name}

    def is_ours(self, name: str) -> bool:
        return self._bench.ledger.token in name

    # --- connections ------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def connectors(self, number: int) -> AsyncIterator[Sequence[SshConnector]]:
        """So many connectors, each with a connection of its own."""
        made = [SshConnector(self.target.target, self.target.dialect, connections=1) for _ in range(number)]
        try:
            yield made
        finally:
            for each in made:
                await each.__aexit__(None, None, None)

    @asynccontextmanager
    async def raw(self) -> AsyncIterator[RawConnection]:
        """Raises `TargetGone` where it cannot be had."""
        try:
            async with raw_connection(self.target.target, self.target.deadlines) as connection:
                yield connection
        except CallStopped as stopped:
            raise TargetGone(stopped.message) from stopped

    def line(self, request: Request) -> str:
        """The command line of a request. Raises `NotClaimed` where there is more to it than one line."""
        dialect = self.target.dialect
        if not dialect.takes_exec:
            raise NotClaimed("commands are typed at a prompt")
        if not dialect.is_one_command(request.verb):
            raise NotClaimed(f"the dialect spells {request.verb} as several commands")
        return self.spelled(request)

    def spelled(self, request: Request) -> str:
        """The first command line of a request. Raises `CommandError`."""
        self._sent(request)
        return self.target.dialect.command(request)

    def note(self, text: str) -> None:
        """A step that is no request of the dialect."""
        if len(self.steps) < _STEPS:
            self.steps.append(text)

    def read(self, request: Request, reply: RawReply) -> Outcome:
        """What a raw reply says."""
        try:
            answer = self.target.dialect.talk(request).heard(reply.decoded())
        except (ReplyError, UnicodeDecodeError) as error:
            return refusal(Code.UNREADABLE, Site.CONNECTOR_REPLY, str(error), sent=True)
        if isinstance(answer, Refusal):
            return refusal(answer.code, Site.CONNECTOR_EXEC, answer.message, sent=True)
        assert answer is not None, "a request of one line has one reply"
        return Done(reply=answer)

    async def all_at_once(self, requests: Sequence[Request], *, patient: bool = True) -> list[Outcome]:
        """Each on a connection of its own, which is open before the first of them is sent."""
        async with self.connectors(len(requests)) as connectors:
            for each in connectors:
                reply_of(Ping(), await self.ask(Ping(), via=each))
            pairs = zip(requests, connectors, strict=True)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self.ask(each, via=via, patient=patient)) for each, via in pairs]
        return [task.result() for task in tasks]

    async def tidy(self) -> None:
        """Remove the shares of this clause, so that a cluster never holds those of many. What this misses, the end of
        the run finds."""
        for name in [name for name in self._names if name in self._bench.may_exist]:
            outcome = await self._bench.connector.perform(self.delete(name), self.target.deadlines)
            if isinstance(outcome, Done):
                self._bench.may_exist.pop(name, None)

    async def settle(self) -> None:
        """Wait until what was given up can have no more effect."""
        await asyncio.sleep(self.parameters.settle)

    def _number(self) -> int:
        return next(self._bench.numbers)

    def _sent(self, request: Request) -> None:
        if isinstance(request, Create):
            self._bench.may_exist[request.name] = None

    def _step(self, request: Request, outcome: Outcome) -> None:
        refused = (
            isinstance(request, Create) and isinstance(outcome, Failed) and outcome.code is not Code.ALREADY_EXISTS
        )
        if refused or (isinstance(request, Delete) and isinstance(outcome, Done)):
            self._bench.may_exist.pop(request.name, None)  # type: ignore[union-attr]  # of a create or a delete
        self.note(f"{request_words(request)} → {outcome_words(outcome)}")
