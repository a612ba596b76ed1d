"""Advice on faults that cannot apply, or hardly: no matching call is made in their window.

A fault of a connection's phases (connect, banner, keys, login) applies to connections as they are opened, and a pool
opens none while those that it holds are usable.
"""

from collections.abc import Iterator

from connector.dialects import supports
from connector.operations import Verb
from fake_clusters.faults.refused import REFUSED
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan
from fake_clusters.server.dialects import dialect_named
from fake_clusters.spec import ClusterSpec
from harness.scenario.expectations import arrivals_within
from harness.scenario.nemesis import steps_of
from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.scenario.service import Design
from harness.toxics.links import covers, processor_link

__all__ = ["fault_remarks", "knows", "meets_only_new_connections", "verbs_sent"]


def fault_remarks(scenario: Scenario) -> Iterator[Remark]:
    for index, rule in enumerate(scenario.faults):
        key = ("faults", index)
        if rule.window.begins >= scenario.workload.duration:
            continue  # reported with its window
        clusters = _clusters_of(rule, scenario)
        if not any(_gets_load(cluster.name, scenario) for cluster in clusters):
            names = ", ".join(cluster.name for cluster in clusters)
            reason = f"'{rule.label}' is for {names}, which gets no load (workload.locations)"
            yield Remark(key=(*key, "clusters"), reason=f"{reason}: almost nothing is sent there")
        elif meets_only_new_connections(rule):
            yield from _pooled_connections(rule, scenario, clusters, index)
        elif rule.kind.plan is ChannelPlan and all(map(_keeps_shells, clusters)):
            yield from _pooled_connections(rule, scenario, clusters, index, "shells")
        else:
            yield from _without_a_command(rule, scenario, clusters, index)
            yield from _without_a_try(rule, scenario, index)


def meets_only_new_connections(rule: FaultRule) -> bool:
    """Whether the rule applies to new connections only."""
    return rule.kind.plan is ConnectionPlan or rule.kind is REFUSED


def knows(cluster: ClusterSpec, verb: Verb) -> bool:
    """Whether a cluster supports a command."""
    dialect, claimed = dialect_named(cluster.dialect), cluster.capabilities
    return dialect.knows(verb) and supports(verb, dialect.capabilities if claimed is None else claimed)


def _keeps_shells(cluster: ClusterSpec) -> bool:
    """Whether commands are typed at shells that are kept, so that few channels are opened."""
    return not dialect_named(cluster.dialect).takes_exec


_PARTS = {
    WorkloadKind.ALLOW: Verb.ALLOW,
    WorkloadKind.DENY: Verb.DENY,
    WorkloadKind.SNAPSHOT_CREATE: Verb.SNAPSHOT_CREATE,
    WorkloadKind.SNAPSHOT_DELETE: Verb.SNAPSHOT_DELETE,
}
_LISTING = (WorkloadKind.SNAPSHOT_CREATE, WorkloadKind.SNAPSHOT_DELETE, WorkloadKind.VERIFY)


def verbs_sent(scenario: Scenario) -> frozenset[Verb]:
    """The commands that the pipeline sends for this load, deletes for the cleanup of failed creates included. Another
    service may send any."""
    if scenario.pipeline is None:
        return frozenset(Verb)
    mix, design = scenario.workload.mix, scenario.design
    verbs = {Verb.CAPABILITIES, Verb.CREATE}
    if mix.get(WorkloadKind.RESIZE) or mix.get(WorkloadKind.PREMATURE):
        verbs.add(Verb.RESIZE)
    if mix.get(WorkloadKind.DELETE) or mix.get(WorkloadKind.PREMATURE) or design != Design.BLOCKING:
        verbs.add(Verb.DELETE)
    verbs |= {verb for kind, verb in _PARTS.items() if mix.get(kind)}
    if mix.get(WorkloadKind.CANCEL):
        verbs.add(Verb.DELETE)
    if design != Design.BLOCKING:
        verbs.add(Verb.SHOW)
        if any(mix.get(kind) for kind in _LISTING):
            verbs.add(Verb.SNAPSHOT_LIST)
    if design == Design.SPOOL:
        verbs.add(Verb.LIST)
    return frozenset(verbs)


def _clusters_of(rule: FaultRule, scenario: Scenario) -> tuple[ClusterSpec, ...]:
    return tuple(cluster for cluster in scenario.clusters if rule.selector.covers(cluster.name))


def _gets_load(cluster: str, scenario: Scenario) -> bool:
    locations = scenario.workload.locations
    return not locations or locations.get(cluster, 0.0) > 0.0


def _pooled_connections(
    rule: FaultRule, scenario: Scenario, clusters: tuple[ClusterSpec, ...], index: int, what: str = "connections"
) -> Iterator[Remark]:
    begins = rule.window.begins
    if scenario.pipeline is None:  # whether it keeps connections is not known
        return
    if arrivals_within(scenario, 0.0, begins) < 1 or any(_opens(rule, scenario, clusters)):
        return
    reason = (
        f"'{rule.label}' applies to new {what}, and begins at {begins:g}s, when the "
        f"pool likely holds open {what}: it may never apply. Let it begin with the load, or close them in "
        "its window with a nemesis step `disconnect`"
    )
    yield Remark(key=("faults", index), reason=reason)


def _opens(rule: FaultRule, scenario: Scenario, clusters: tuple[ClusterSpec, ...]) -> Iterator[bool]:
    """Whether something else makes the pool open connections in the window of a rule."""
    begins, ends = rule.window.begins, min(rule.window.ends, scenario.workload.duration)
    names = {cluster.name for cluster in clusters}
    commander = "processor" if scenario.design == Design.SPOOL else "api"
    for step in steps_of(scenario):
        yield (step.selector.target in names or step.selector.target == commander) and _is_reopened(step, begins, ends)
    for other in scenario.faults:
        cuts = other is not rule and _cuts(other) and any(map(other.selector.covers, names))
        yield cuts and other.window.overlaps(begins, ends)
    for toxic in scenario.toxics:
        met = any(covers(toxic.selector.link, processor_link(name)) for name in names)
        yield met and toxic.window.overlaps(begins, ends)
    for phase in scenario.phases:  # more at once than one connection carries: the pool grows
        yield scenario.workload.surges.get(phase.name, 1.0) > 1.0 and phase.begins < ends and phase.ends > begins


def _is_reopened(step: NemesisStep, begins: float, ends: float) -> bool:
    match step.kind:
        case NemesisKind.KILL | NemesisKind.TERMINATE | NemesisKind.CRASH:
            return step.selector.site is not None or begins <= step.window.begins + step.parameters.duration < ends
        case NemesisKind.DISCONNECT:
            return begins <= step.window.begins < ends
        case _:
            return False


def _cuts(rule: FaultRule) -> bool:
    """Whether it ends connections, so that new ones are opened."""
    changed = rule.kind.apply(rule.kind.plan(), rule.parameters)
    match changed:
        case CommandPlan():
            return changed.cut is not None or changed.crash is not None
        case ConnectionPlan():
            return changed.cut is not None
        case _:
            return False


def _without_a_try(rule: FaultRule, scenario: Scenario, index: int) -> Iterator[Remark]:
    """A create or a resize is given up after that many attempts; shows and deletes go on."""
    verbs, tries = frozenset(rule.selector.verbs or rule.kind.verbs), rule.selector.attempts
    dialects = {cluster.dialect for cluster in _clusters_of(rule, scenario)}
    commands = [dialect_named(dialect).commands_of(verb) for dialect in sorted(dialects) for verb in verbs]
    if scenario.pipeline is None:
        return
    tried = 1 if scenario.design == Design.BLOCKING else scenario.pipeline.retry.attempts
    most = tried * max([1, *commands])
    if tries and verbs and verbs <= {Verb.CREATE, Verb.RESIZE} and min(tries) > most:
        reason = f"'{rule.label}' is for attempt {min(tries)}, and none is made after attempt {most}"
        reason = f"{reason} (pipeline.retry.attempts)"
        yield Remark(key=("faults", index, "attempts"), reason=reason)


def _without_a_command(
    rule: FaultRule, scenario: Scenario, clusters: tuple[ClusterSpec, ...], index: int
) -> Iterator[Remark]:
    verbs = frozenset(rule.selector.verbs or rule.kind.verbs)
    if not verbs:
        return
    key, words = ("faults", index, "verbs"), ", ".join(sorted(verbs))
    known = frozenset(verb for verb in verbs if any(knows(cluster, verb) for cluster in clusters))
    if not known:
        names = ", ".join(cluster.name for cluster in clusters)
        yield Remark(key=key, reason=f"'{rule.label}' is for {words}, which {names} does not support")
    elif not known & verbs_sent(scenario):
        sent = ", ".join(sorted(verbs_sent(scenario)))
        yield Remark(key=key, reason=f"'{rule.label}' is for {words}, and this load sends none; it sends {sent}")
    elif known & verbs_sent(scenario) == {Verb.DELETE} and _only_cleans_up(scenario):
        reason = f"'{rule.label}' is for delete, and only the cleanup of failed creates deletes"
        yield Remark(key=key, reason=reason, severity=Severity.NOTE)


def _only_cleans_up(scenario: Scenario) -> bool:
    return scenario.pipeline is not None and not scenario.workload.mix.get(WorkloadKind.DELETE)
