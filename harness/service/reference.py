"""The reference pipeline as a service under test: nothing else in the harness knows it, but its seeded bugs."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from pydantic import Field

from connector.table import TomlTable
from connector.toml_lines import KeyPath
from connector.values import replace
from harness.collect.clock import RunClock
from harness.errors import NotReference, WorldError
from harness.http_client import HttpClient
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.service._reference.api import ReferenceApi
from harness.service._reference.failpoints import CallFailpoints
from harness.service._reference.in_process import ForwardingUpstream, run_part
from harness.service._reference.logs import AttemptLog, read_changes
from harness.service._reference.readings import read_counts, read_findings, read_records
from harness.service._reference.serve import PartsToServe
from harness.service._reference.settings_file import write_settings
from harness.service._reference.spool_faults import DeliveryFaults
from harness.service.parts import RunningPart
from pipeline.designs.table import DESIGNS
from pipeline.errors import PipelineError, SettingsError
from pipeline.overrides import Overrides, load_overrides
from pipeline.problems import catalogue
from pipeline.record import LARGEST_SIZE
from pipeline.settings import Design, PartsSettings, PipelineSettings
from reports.history import Attempt, Hop, Reading, StateChange

__all__ = [
    "PIPELINE_READER",
    "CallFailpoints",
    "DeliveryFaults",
    "ForwardingUpstream",
    "OnTheWay",
    "Overrides",
    "PartsToServe",
    "PipelineError",
    "PipelineSettings",
    "ReferenceApi",
    "ReferenceService",
    "SettingsError",
    "as_it_is",
    "catalogue",
    "in_front_of",
    "load_overrides",
    "on_ports",
    "roles_of",
    "run_part",
    "settings_of",
    "url_of",
    "with_design",
    "write_settings",
]

_UNRESTED = ("pending", "updating", "failing", "deleting", "queued")


class PipelineTables(PartsSettings):
    """The reference pipeline: its design, and its settings, one table per part."""

    design: Design = Field(default=Design.SPOOL, description="how a request becomes a share")


class ReferenceReader:
    """A `PipelineReader`."""

    largest_size = LARGEST_SIZE
    tables = PipelineTables

    def settings(self, table: TomlTable) -> PipelineSettings:
        return PipelineSettings(**dict(table))

    def complaints(self, table: TomlTable) -> Iterator[tuple[KeyPath, str]]:
        assert isinstance(table, PipelineTables)
        if (fault := table.too_short_a_lease) is not None:
            yield ("processor", "lease"), fault


PIPELINE_READER = ReferenceReader()


def settings_of(scenario: Scenario) -> PipelineSettings:
    """All settings of a scenario about the reference pipeline. Raises `NotReference` for one about another service."""
    if scenario.service is not None:
        raise NotReference(f"{scenario.name}: needs the reference pipeline; its service is of kind {scenario.design!r}")
    assert isinstance(scenario.pipeline, PipelineSettings), "no other settings are read from a scenario"
    return scenario.pipeline


def with_design(scenario: Scenario, design: str) -> Scenario:
    """The same scenario for another design. Raises `SettingsError` where that cannot run with its settings."""
    settings = settings_of(scenario).model_copy(update={"design": Design(design)})
    if (fault := settings.too_short_a_lease) is not None:
        raise SettingsError(f"{scenario.name}: pipeline.processor.lease: {fault}")
    return replace(scenario, pipeline=settings)


def roles_of(settings: PipelineSettings) -> tuple[Role, ...]:
    """The parts that the design has."""
    return tuple(Role(part) for part in DESIGNS[settings.design].parts)


class ReferenceService:
    """A `Service` with all powers. http: straight to its API, past the gateway. commander: who sends commands."""

    def __init__(self, parts: Mapping[str, RunningPart], http: HttpClient, clock: RunClock, *, commander: Hop) -> None:
        self.api = ReferenceApi()
        self.parts = parts
        self._http = http
        self._clock = clock
        self._commands = AttemptLog(http, clock, hop=commander)

    @property
    def url(self) -> str:
        return url_of(self.parts[Role.GATEWAY])

    async def at_rest(self) -> bool:
        counts = await read_counts(self._http)
        return counts is not None and not any(counts.get(state, 0) for state in _UNRESTED)

    async def read_records(self, round: int) -> Reading:
        return await read_records(self._http, self._clock, round)

    async def read_changes(self, *, after: int = 0) -> Sequence[StateChange]:
        return await read_changes(self._http, self._clock, after=after or None)

    async def read_commands(self) -> Sequence[Attempt]:
        return await self._commands.read()

    async def read_gauges(self) -> Mapping[str, float]:
        counts = await read_counts(self._http) or {}
        return {"queue" if name == "queued" else name: float(value) for name, value in counts.items()}

    async def read_findings(self) -> Sequence[str]:
        return await read_findings(self._http)


OnTheWay = Callable[[str], Awaitable[str]]
"""From the URL at which a server listens to the one at which its clients shall find it."""


async def as_it_is(url: str) -> str:
    """There is nothing on the way."""
    return url


def on_ports(settings: PipelineSettings, *, api: int, gateway: int) -> PipelineSettings:
    """The settings with these ports."""
    return settings.model_copy(
        update={
            "api": settings.api.model_copy(update={"port": api}),
            "gateway": settings.gateway.model_copy(update={"port": gateway}),
        }
    )


def in_front_of(settings: PipelineSettings, url: str) -> PipelineSettings:
    """The settings of a gateway to this URL."""
    return settings.model_copy(update={"gateway": settings.gateway.model_copy(update={"upstream": url})})


def url_of(part: RunningPart) -> str:
    """Where a part listens. Raises `WorldError` where it does not say."""
    if part.url is None:
        raise WorldError(f"the {part.part} is ready, and does not say where")
    return part.url
