"""Service: what is under test. Its parts, its API, whether it is at rest, and what it can show of itself."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from harness.http_client import HttpClient, HttpRequest
from harness.scenario.nemesis_kinds import HoldAction
from harness.service.answer import Answer
from harness.service.parts import RunningPart
from reports.allowances import Allowances
from reports.history import Attempt, Notice, Op, OpKind, Reading, StateChange

__all__ = [
    "Allowing",
    "ChangeLog",
    "ChangesAccess",
    "CommandLog",
    "CountsInUnits",
    "Findings",
    "Gauges",
    "Holding",
    "Notifying",
    "Service",
    "ServiceApi",
    "Signing",
    "StoredChangeLog",
]


class ServiceApi(Protocol):
    """How the service is spoken to over HTTP."""

    async def ask(self, op: Op, http: HttpClient) -> Answer:
        """Carry out one try of an op: ok, certainly failed, or unknown. Every try of an op asks for the same.

        Most services need one request; one may have to be asked for the id of a share first. Raises
        `httpx.RequestError` where no complete response comes.
        """
        ...


@runtime_checkable
class CountsInUnits(Protocol):
    """A `ServiceApi` that rounds sizes to a unit: the load asks it for multiples of that alone."""

    @property
    def size_unit(self) -> int:
        """Bytes, at least 1."""
        ...


@runtime_checkable
class ChangesAccess(Protocol):
    """A `ServiceApi` that can be asked who may use a share; see `harness.service.access`. The load asks no other."""

    @property
    def access_changes(self) -> frozenset[OpKind]:
        """Which it offers: `allow`, `deny`, or both."""
        ...


@runtime_checkable
class ShowsAccess(Protocol):
    """A `ServiceApi` that says who may use a share, and which snapshots it has."""

    def looks_at_access(self, location: str, name: str) -> Mapping[str, HttpRequest]:
        """The requests that ask for them, each under what it asks for."""
        ...


class Service(Protocol):
    """A service that runs. What else it can show are powers of their own: the protocols below."""

    @property
    def api(self) -> ServiceApi: ...

    @property
    def url(self) -> str:
        """Where its clients find it."""
        ...

    @property
    def parts(self) -> Mapping[str, RunningPart]:
        """What the nemesis can reach; empty for a service that runs elsewhere."""
        ...

    async def at_rest(self) -> bool:
        """Whether no operation is under way. False where that cannot be told at the moment."""
        ...

    async def read_records(self, round: int) -> Reading:
        """What it shows of all its shares, or a reading that is not ok. Its number comes with the history."""
        ...


@runtime_checkable
class Allowing(Protocol):
    """A service that is not to be held to the strictest reading of the invariants."""

    @property
    def allowances(self) -> Allowances:
        """What it may do, as its sheet says."""
        ...


@runtime_checkable
class ChangeLog(Protocol):
    """A service that logs the changes of state of its records."""

    async def read_changes(self, *, after: int = 0) -> Sequence[StateChange]:
        """Those with a higher number, in order. Raises `WorldError`, or `httpx.HTTPError` where no answer comes."""
        ...


@runtime_checkable
class StoredChangeLog(Protocol):
    """A service whose log of the changes of state is read once, at the end of a run."""

    async def read_change_log(self) -> Sequence[StateChange] | None:
        """All of it, in order; None where it keeps none. Raises as `ChangeLog.read_changes` does."""
        ...


@runtime_checkable
class CommandLog(Protocol):
    """A service that logs the commands that it sends to clusters."""

    async def read_commands(self) -> Sequence[Attempt]:
        """All up to now, in order; may be read again and again. Raises as `ChangeLog.read_changes` does."""
        ...


@runtime_checkable
class Notifying(Protocol):
    """A service whose notices come to receivers of the world's."""

    @property
    def receivers(self) -> Sequence[str]:
        """Their names: each gets every notice. None: it is not known who should get any."""
        ...

    def read_notices(self) -> Sequence[Notice] | None:
        """All up to now, in order; None where nobody is notified."""
        ...


@runtime_checkable
class Signing(Protocol):
    """A service whose webhooks to the world's receivers are signed."""

    @property
    def webhook_secrets(self) -> Mapping[str, str]:
        """By receiver, as Standard Webhooks writes them."""
        ...


@runtime_checkable
class Gauges(Protocol):
    """A service that counts what it has to do, for samples over time."""

    async def read_gauges(self) -> Mapping[str, float]:
        """By metric; empty where they cannot be read at the moment."""
        ...


@runtime_checkable
class Holding(Protocol):
    """A service that an operator can tell to leave a cluster alone."""

    @property
    def can_hold(self) -> bool:
        """Whether this one keeps to it, as it is set up."""
        ...

    async def hold(self, location: str, action: HoldAction) -> bool:
        """Ask for it once. Whether it certainly is in force; where not, it may be all the same."""
        ...

    async def lift(self, location: str) -> bool:
        """End it. Whether it certainly is over."""
        ...


@runtime_checkable
class Findings(Protocol):
    """A service that reports what it found and may not mend by itself."""

    async def read_findings(self) -> Sequence[str]:
        """A note each; empty where they cannot be read."""
        ...
