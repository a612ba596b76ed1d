"""The settings of the reference pipeline as the harness reads them, and what reads them.

What reads them, and what opens a service sheet, is found by name, as a plug-in is: a scenario knows no service by
itself.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, Self, cast

from connector.table import TomlTable
from connector.toml_lines import KeyPath

__all__ = [
    "CommandSettings",
    "Design",
    "PipelineReader",
    "QuotasSettings",
    "RetrySettings",
    "ServiceSettings",
    "default_settings",
    "pipeline_reader",
    "sheet_complaint",
]


class Design(StrEnum):
    """How a request becomes a share.

    spool: a record, a message and a processor. blocking: the connector is called inside the request. in-process: the
    API answers at once, and a task of its own process carries on.
    """

    SPOOL = "spool"
    BLOCKING = "blocking"
    IN_PROCESS = "in-process"


class CommandSettings(Protocol):
    """How long each phase of a connector command may take. skew: what clocks may disagree. total: of all phases.

    whole: how long a share may be half-made after its create was answered as done. connections, sessions: to a cluster,
    and at once on each.
    """

    @property
    def connect(self) -> float: ...
    @property
    def login(self) -> float: ...
    @property
    def channel(self) -> float: ...
    @property
    def command(self) -> float: ...
    @property
    def skew(self) -> float: ...
    @property
    def total(self) -> float: ...
    @property
    def whole(self) -> float: ...
    @property
    def connections(self) -> int: ...
    @property
    def sessions(self) -> int: ...


class RetrySettings(Protocol):
    """How often a command is tried, and the first and the longest pause between. budget: retries for each first try,
    beside `floor` a second; burst: the most that are saved up."""

    @property
    def attempts(self) -> int: ...
    @property
    def first(self) -> float: ...
    @property
    def longest(self) -> float: ...
    @property
    def budget(self) -> float | None: ...
    @property
    def floor(self) -> float: ...
    @property
    def burst(self) -> int: ...


class BlockingSettings(Protocol):
    """The longest that a request waits for its cluster, and for a place alone."""

    @property
    def bound(self) -> float: ...
    @property
    def wait(self) -> float | None: ...


class GatewaySettings(Protocol):
    """The deadlines of the gateway, how many requests it passes on at once, and how often it passes on each."""

    @property
    def connect(self) -> float: ...
    @property
    def read(self) -> float: ...
    @property
    def total(self) -> float: ...
    @property
    def max_connections(self) -> int: ...
    @property
    def tries(self) -> int: ...
    @property
    def non_idempotent(self) -> bool: ...


class RepeatedSettings(Protocol):
    """How many processes of a part there are."""

    @property
    def processes(self) -> int: ...


class ProcessorSettings(Protocol):
    """How long a claim lasts, how often due records are looked for, how many are worked on at once, per cluster,
    how many processors there are, and how many claims may end without a word."""

    @property
    def workers(self) -> int: ...
    @property
    def lease(self) -> float: ...
    @property
    def scan(self) -> float: ...
    @property
    def poison(self) -> int: ...
    @property
    def processes(self) -> int: ...


class BreakerSettings(Protocol):
    """After how many outages in a row a cluster is left alone, and for how long."""

    @property
    def failures(self) -> int: ...
    @property
    def pause(self) -> float: ...


class SweeperSettings(Protocol):
    """How often the clusters are listed, and how old a share without a record must be."""

    @property
    def every(self) -> float: ...
    @property
    def grace(self) -> float: ...


class MailSettings(Protocol):
    """The mail server of a notifier. host None: there is none."""

    @property
    def host(self) -> str | None: ...


class QuotaTable(Protocol):
    """Of one tenant. None: as every tenant's; 0: no limit."""

    @property
    def shares(self) -> int | None: ...
    @property
    def bytes(self) -> int | None: ...


class QuotasSettings(Protocol):
    """How much every tenant may have, and single ones. 0: no limit."""

    @property
    def shares(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def tenants(self) -> Mapping[str, QuotaTable]: ...
    @property
    def is_limited(self) -> bool: ...


class ReconcilerSettings(Protocol):
    """How often it looks, if it does, and whether it mends."""

    @property
    def every(self) -> float | None: ...
    @property
    def apply(self) -> bool: ...


class NotifierSettings(Protocol):
    """Whether somebody is notified, and whether by mail too."""

    @property
    def enabled(self) -> bool: ...
    @property
    def mail(self) -> MailSettings: ...

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self: ...


class ServiceSettings(Protocol):
    """The settings of a service, as far as the harness reads them; the service itself may have more."""

    @property
    def design(self) -> str: ...
    @property
    def blocking(self) -> BlockingSettings: ...
    @property
    def gateway(self) -> GatewaySettings: ...
    @property
    def api(self) -> RepeatedSettings: ...
    @property
    def relay(self) -> RepeatedSettings: ...
    @property
    def processor(self) -> ProcessorSettings: ...
    @property
    def command(self) -> CommandSettings: ...
    @property
    def retry(self) -> RetrySettings: ...
    @property
    def breaker(self) -> BreakerSettings: ...
    @property
    def sweeper(self) -> SweeperSettings: ...
    @property
    def reconciler(self) -> ReconcilerSettings: ...
    @property
    def notifier(self) -> NotifierSettings: ...
    @property
    def given_quotas(self) -> QuotasSettings | None: ...

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self: ...


class PipelineReader(Protocol):
    """How the settings of the reference pipeline are read from a scenario. largest_size: bytes of a share, at most."""

    largest_size: int

    @property
    def tables(self) -> type[TomlTable]:
        """What a scenario file says of it."""
        ...

    def settings(self, table: TomlTable) -> ServiceSettings:
        """The settings that a table gives."""
        ...

    def complaints(self, table: TomlTable) -> Iterator[tuple[KeyPath, str]]:
        """What is wrong with a table that no field shows by itself: the key below the service's table, and why."""
        ...


_PIPELINE_READER = "harness.service.reference:PIPELINE_READER"
_SHEETS = "harness.service.foreign:complaint"


@cache
def _loaded(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


def pipeline_reader() -> PipelineReader:
    """What reads `[pipeline]`."""
    return cast("PipelineReader", _loaded(_PIPELINE_READER))


def sheet_complaint(sheet: str, beside: Path) -> str | None:
    """Why a service cannot be spoken to by this sheet; None where it can."""
    return cast("str | None", _loaded(_SHEETS)(sheet, beside))


def default_settings() -> ServiceSettings:
    """The settings of a pipeline of which a scenario says nothing."""
    reader = pipeline_reader()
    return reader.settings(reader.tables())
