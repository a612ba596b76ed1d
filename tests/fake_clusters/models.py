"""Models to test against, in virtual time, and listeners that write down what they hear."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from simpy import Environment

from connector.operations import Capability, Create, Delete, Reply, Request, Resize, Stamp, Verb
from connector.protocol import Refusal
from fake_clusters.calls import NO_FAULTS, Coordinate, Injector
from fake_clusters.distributions import Constant
from fake_clusters.faults.fault import AnyPlan
from fake_clusters.model import ClusterModel
from fake_clusters.order import FIFO, Order
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan, CutHow, OutputPlan
from fake_clusters.profile import Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec

__all__ = ["EPOCH", "Ear", "Lines", "Scripted", "create", "delete", "model", "resize", "steady", "submit"]

EPOCH = 1_700_000_000.0
"""Unix time at model second 0."""

Plan = TypeVar("Plan", ConnectionPlan, ChannelPlan, CommandPlan)


@dataclass
class Ear:
    """Hears one command's end: `heard` is empty, an answer or how it was cut."""

    env: Environment
    heard: list[Reply | Refusal | CutHow] = field(default_factory=list)
    at: float | None = None
    output: OutputPlan | None = None

    def answered(self, answer: Reply | Refusal, output: OutputPlan) -> None:
        self.heard.append(answer)
        self.at, self.output = float(self.env.now), output

    def cut(self, how: CutHow) -> None:
        self.heard.append(how)
        self.at = float(self.env.now)

    @property
    def answer(self) -> Reply | Refusal | CutHow | None:
        assert len(self.heard) <= 1, "heard twice"
        return self.heard[0] if self.heard else None


@dataclass
class Lines:
    """Hears a cluster go down and come back."""

    env: Environment
    heard: list[tuple[str, float]] = field(default_factory=list)

    def went_down(self) -> None:
        self.heard.append(("down", float(self.env.now)))

    def came_back(self) -> None:
        self.heard.append(("back", float(self.env.now)))

    def disconnected(self) -> None:
        self.heard.append(("disconnected", float(self.env.now)))


@dataclass
class Scripted:
    """An injector that changes fields of plans: by share name, or of all where the name is `*`."""

    changes: Mapping[str, Mapping[str, Any]]
    seen: list[Coordinate] = field(default_factory=list)
    refusing: bool = False
    is_idle = False

    def apply(self, plan: Plan, at: Coordinate) -> Plan:
        self.seen.append(at)
        changes = self.changes.get(at.key or "*", self.changes.get("*", {}))
        changed: AnyPlan = type(plan)(**{name: changes.get(name, getattr(plan, name)) for name in plan.__slots__})
        return cast("Plan", changed)

    def refuses_connections(self, at: float) -> bool:
        return self.refusing


def steady(seconds: float, **service: float) -> Profile:
    """Every command takes so long; `create=2.0` and so on for single verbs."""
    named = {Verb(verb.replace("_", "-")): Constant(value) for verb, value in service.items()}
    return Profile(name="steady", service=named, default=Constant(seconds))


def model(
    env: Environment,
    profile: Profile | None = None,
    *,
    injector: Injector | None = None,
    order: Order = FIFO,
    seed: int = 1,
    capabilities: frozenset[Capability] | None = None,
    **limits: Any,
) -> ClusterModel:
    spec = ClusterSpec(
        name="north",
        profile=profile or Profile(),
        limits=ClusterLimits(**limits),
        order=order,
        capabilities=capabilities,
    )
    return ClusterModel(env, spec, seed=seed, wall=lambda: EPOCH + float(env.now), injector=injector or NO_FAULTS)


def create(name: str, request: str | None = None, *, size: int = 100, **stamp: Any) -> Create:
    mark = stamp.pop("mark", None)
    return Create(name=name, size=size, mark=mark, stamp=Stamp(request_id=request or f"create {name}", **stamp))


def delete(name: str, request: str | None = None, *, mark: str | None = None, **stamp: Any) -> Delete:
    return Delete(name=name, mark=mark, stamp=Stamp(request_id=request or f"delete {name}", **stamp))


def resize(name: str, size: int, request: str | None = None, **stamp: Any) -> Resize:
    return Resize(name=name, size=size, stamp=Stamp(request_id=request or f"resize {name} {size}", **stamp))


def submit(cluster: ClusterModel, env: Environment, request: Request) -> Ear:
    """A command whose caller waits for ever."""
    ear = Ear(env)
    cluster.submit(request, 1, ear)
    return ear
