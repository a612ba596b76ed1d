"""The settings of what works on records: the relay, the processor and all that it consists of."""

from typing import Annotated

from pydantic import Field

from connector.table import TomlTable
from connector.units import Duration
from pipeline.settings.fields import Seconds

__all__ = [
    "BreakerSettings",
    "CommandSettings",
    "ProcessorSettings",
    "ReconcilerSettings",
    "RelaySettings",
    "RetrySettings",
    "SweeperSettings",
]


class RelaySettings(TomlTable):
    """The relay, which publishes what the store holds where a broker is the spool. processes: as in `[api]`."""

    processes: Annotated[int, Field(ge=1)] = 1


class ProcessorSettings(TomlTable):
    """The processor. workers: shares worked on at once, per cluster. lease must outlive all phases of one command.

    batch: shares taken up in one transaction of the store at most. scan: interval between scans for due records. grace:
    how long current work may continue when the process stops.
    poison: claims of a record that end without a word, in a row, after which it is a dead letter. processes: how many
    of it a run starts (`processor`, `processor-2`, ...); `pipeline serve` starts one each time.
    """

    workers: Annotated[int, Field(ge=1)] = 16
    batch: Annotated[int, Field(ge=1, le=1000)] = 64
    lease: Seconds = 30.0
    scan: Seconds = 1.0
    grace: Seconds = 3.0
    poison: Annotated[int, Field(ge=1)] = 10
    processes: Annotated[int, Field(ge=1, le=16)] = 1
    owner: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "spool"
    seed: int = 0


class CommandSettings(TomlTable):
    """How long each phase of a connector command may take, and how many connections a cluster gets.

    whole: how long a share may be half-made after its create was answered as done, for arrays that finish creates in
    the background; it is looked at until then, and cleaned up after it.
    """

    connect: Seconds = 2.0
    login: Seconds = 3.0
    channel: Seconds = 2.0
    command: Seconds = 10.0
    connections: Annotated[int, Field(ge=1)] = 4
    sessions: Annotated[int, Field(ge=1, description="channels at once on one connection")] = 8
    skew: Duration = 0.25
    whole: Duration = 10.0

    @property
    def total(self) -> float:
        """Seconds for all phases of one command."""
        return self.connect + self.login + self.channel + self.command


class RetrySettings(TomlTable):
    """Exponential backoff with full jitter, for tries and for looks without a result: a wait is uniform in
    (0, min(longest, first * 2**(attempt - 1))).

    budget: retries of a cluster that each first try allows, beside `floor` a second; what is over waits for another
    backoff. None: no bound. Answers of the cluster fill the budget too; burst: the most that is saved up.
    """

    attempts: Annotated[int, Field(ge=1)] = 5
    first: Seconds = 0.5
    longest: Seconds = 10.0
    budget: Annotated[float, Field(ge=0, le=10)] | None = None
    floor: Annotated[float, Field(gt=0)] = 1.0
    burst: Annotated[int, Field(ge=1)] = 20


class BreakerSettings(TomlTable):
    """After `failures` outages in a row no command is sent to a cluster for `pause` seconds; no attempts are used up.

    A cluster that answers `busy` gets half as many commands at once, down to one, then none for `pause` seconds.
    """

    failures: Annotated[int, Field(ge=1)] = 5
    pause: Seconds = 2.0


class SweeperSettings(TomlTable):
    """The sweeper. every: interval between lists of a cluster. grace: minimum age of a share whose record was removed.

    at_most: the most such shares that it deletes in one sweep of a cluster. If there are more, it deletes none and
    reports all as held back, until an operator raises this limit and restarts the processor.
    """

    every: Seconds = 5.0
    grace: Seconds = 5.0
    at_most: Annotated[int, Field(ge=0)] = 10


class ReconcilerSettings(TomlTable):
    """The reconciler. every: interval between its rounds in a processor; without it, it runs only when it is called.

    apply: its rounds mend what they may, and do not only report. grace: how long work may be due before it is reported
    as unhinted. pause: after each thing that it mends.
    """

    every: Seconds | None = None
    apply: bool = False
    grace: Seconds = 30.0
    pause: Seconds = 0.1
