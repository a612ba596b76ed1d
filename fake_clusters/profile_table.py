"""The latencies of a fake cluster as TOML tables: of its profile, and how they change over time."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from connector.operations import Verb
from connector.table import TomlTable
from connector.units import Duration
from connector.values import replace
from fake_clusters.distributions.tables import DistributionTable
from fake_clusters.latency_phases import SHORTEST_PERIOD, LatencyPhase, LatencyPhaseKind
from fake_clusters.profile import LoginPhase, Profile
from fake_clusters.profiles import load_profile

__all__ = ["LatencyPhaseTable", "LatencyTable", "ProfileTable"]

Factor = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class LatencyPhaseTable(TomlTable):
    """A change of the cluster's speed over an interval; the factors of overlapping latency phases are multiplied.

    Every latency of the cluster is work, done at its current speed: see the page on time.
    """

    kind: LatencyPhaseKind = Field(
        description="`brownout` (work takes `factor` times as long), `ramp` (from once to `factor` times as long), "
        "`periodic` (`factor` times as long during the first `duty` of every `period`), `standstill` (no work is done) "
        "or `outage` (the port is closed; commands in service continue)"
    )
    between: tuple[Duration, Duration] = Field(description="from and to, half open")
    factor: Factor = Field(default=1.0, description="by how much longer work takes; 0: it takes no time")
    period: Annotated[Duration, Field(ge=SHORTEST_PERIOD)] = Field(default=1.0, description="of `periodic`")
    duty: Annotated[float, Field(ge=0, le=1)] = Field(default=0.5, description="of `periodic`: the slow part of it")

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        self.phase()
        given = self.model_fields_set
        if self.kind is not LatencyPhaseKind.PERIODIC and (odd := sorted(given & {"period", "duty"})):
            raise ValueError(f"{odd[0]!r} is only for a latency phase of kind 'periodic'")
        if self.kind is LatencyPhaseKind.OUTAGE and "factor" in given:
            raise ValueError("an outage closes the port; it takes no 'factor'")
        if self.kind is LatencyPhaseKind.STANDSTILL and "factor" in given:
            raise ValueError("a standstill stops all work; it takes no 'factor'")
        if self.kind not in {LatencyPhaseKind.OUTAGE, LatencyPhaseKind.STANDSTILL} and "factor" not in given:
            raise ValueError(f"a latency phase of kind {self.kind.value!r} needs a 'factor'")
        return self

    def phase(self) -> LatencyPhase:
        """Raises `ValueError` where the values do not go together."""
        begins, ends = self.between
        return LatencyPhase(
            kind=self.kind, begins=begins, ends=ends, factor=self.factor, period=self.period, duty=self.duty
        )


class LatencyTable(TomlTable):
    """Latencies: each a number of seconds, a text such as `"200ms"`, or a distribution."""

    login: dict[LoginPhase, DistributionTable] = Field(
        default={}, description="by phase of a connection: `banner`, `kex`, `auth`, `channel`"
    )
    service: dict[Verb, DistributionTable] = Field(default={}, description="time in service by verb, such as `create`")
    default: DistributionTable | None = Field(default=None, description="time in service of the verbs not named")
    background: DistributionTable | None = Field(
        default=None,
        description="time from the answer to a create until its share is whole: half-made until then; "
        "if left out it is whole when the create is answered",
    )

    def over(self, profile: Profile) -> Profile:
        """The profile with these latencies in the place of its own."""
        return replace(
            profile,
            login={**profile.login, **{phase: table.distribution() for phase, table in self.login.items()}},
            service={**profile.service, **{verb: table.distribution() for verb, table in self.service.items()}},
            default=profile.default if self.default is None else self.default.distribution(),
            background=profile.background if self.background is None else self.background.distribution(),
        )


class ProfileTable(LatencyTable):
    """How a cluster behaves when nothing is broken. A `default` replaces the base's latencies of all verbs."""

    base: str = Field(default="instant", description="the shipped profile that this one starts from")
    latency_phases: tuple[LatencyPhaseTable, ...] = Field(default=(), description="changes over time")

    @field_validator("base")
    @classmethod
    def _is_shipped(cls, name: str) -> str:
        load_profile(name)
        return name

    def profile(self) -> Profile:
        base = load_profile(self.base)
        if self.default is not None:
            base = replace(base, service={})
        own = bool(self.login or self.service or self.default or self.background or self.latency_phases)
        latency_phases = (*base.latency_phases, *(table.phase() for table in self.latency_phases))
        return replace(
            self.over(base), name=f"{self.base}, adapted" if own else self.base, latency_phases=latency_phases
        )
