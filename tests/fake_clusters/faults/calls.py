"""Calls to inject faults into: coordinates with everything that a test does not care about filled in."""

from connector.operations import Verb
from fake_clusters.calls import Coordinate
from fake_clusters.faults import FAULTS
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.injector import FaultInjector
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.plans import CommandPlan
from fake_clusters.rules.rule import ALWAYS, Window

__all__ = ["affected", "command", "connection", "injector", "rule"]


def command(key: str | None = "a", verb: Verb = Verb.CREATE, attempt: int = 1, at: float = 0.0) -> Coordinate:
    return Coordinate(at=at, cluster="north", connection=1, attempt=attempt, key=key, verb=verb)


def connection(number: int, at: float = 0.0) -> Coordinate:
    return Coordinate(at=at, cluster="north", connection=number, attempt=number)


def rule(
    fault: str,
    *,
    label: str = "",
    selector: CallSelector | None = None,
    window: Window = ALWAYS,
    clusters: tuple[str, ...] = (),
) -> FaultRule:
    kind = FAULTS[fault]
    return FaultRule(
        label=label or fault,
        kind=kind,
        parameters=kind.parameters(),
        selector=selector or CallSelector(clusters=clusters),
        window=window,
    )


def injector(
    *rules: FaultRule, seed: int = 7, cluster: str = "north", log: InjectionLog | None = None
) -> FaultInjector:
    return FaultInjector(cluster, rules, seed=seed, log=log or InjectionLog())


def affected(faults: FaultInjector, calls: list[Coordinate]) -> list[int]:
    """The positions of the calls whose command plan was changed."""
    return [number for number, call in enumerate(calls) if faults.apply(CommandPlan(), call) != CommandPlan()]
