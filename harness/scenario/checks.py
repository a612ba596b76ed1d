"""What a table by itself cannot know: names that refer to other tables, and windows within the run."""

from collections import Counter
from collections.abc import Iterator

from connector.errors import Problem
from connector.toml_lines import KeyPath
from connector.toml_words import did_you_mean
from connector.tomlfile import TomlDocument
from harness.errors import GateError
from harness.gates import parse_gate
from harness.scenario.scenario import NemesisKind
from harness.scenario.tables import DeliveryTable, NemesisTable, ScenarioTable, SizeRange
from harness.toxics.links import EVERY_CLUSTER, link_names
from pipeline.record import LARGEST_SIZE

__all__ = ["PROCESSES", "cross_check"]

PROCESSES = ("processor", "api", "gateway")
"""The processes of the pipeline that the nemesis can strike."""

_MOST_ARRIVALS = 100_000_000
"""More than any world plays while somebody waits."""

Complaint = tuple[KeyPath, str]


def cross_check(document: TomlDocument, table: ScenarioTable) -> tuple[Problem, ...]:
    """All that is wrong, in the order of the lines."""
    checks = (_clusters, _workload, _pipeline, _phases, _faults, _toxics, _nemesis, _deliveries, _gates, _expect)
    problems = [document.problem(path, message) for check in checks for path, message in check(table)]
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _unknown(what: str, name: str, accepted: list[str]) -> str:
    listing = ", ".join(accepted) or f"there is no {what} here"
    return f"unknown {what} {name!r}{did_you_mean(name, accepted)}; accepted: {listing}"


def _clusters(table: ScenarioTable) -> Iterator[Complaint]:
    for name in table.clusters:
        if name in PROCESSES:
            yield ("clusters", name), f"{name!r} is the name of a process of the pipeline; take another"


def _workload(table: ScenarioTable) -> Iterator[Complaint]:
    load = table.workload
    if not any(load.mix.values()):
        yield ("workload", "mix"), "needs a weight above zero: nothing would ever arrive"
    if load.locations and not any(load.locations.values()):
        yield ("workload", "locations"), "needs a weight above zero: nothing would ever arrive"
    for name in load.locations:
        if name not in table.clusters:
            yield ("workload", "locations", name), _unknown("cluster", name, list(table.clusters))
    phases = [phase.name for phase in table.phases]
    for name in load.surges:
        if name not in phases:
            yield ("workload", "surges", name), _unknown("phase", name, phases)
    arrivals = load.rate * load.duration * max([1.0, *load.surges.values()])
    if arrivals > _MOST_ARRIVALS:
        yield ("workload", "rate"), f"{arrivals:.3g} arrivals; a run takes at most {_MOST_ARRIVALS:,}"
    largest = load.size.high if isinstance(load.size, SizeRange) else load.size
    if largest > LARGEST_SIZE:
        yield ("workload", "size"), f"a share has at most {LARGEST_SIZE} bytes, less than 8 PiB"
    if isinstance(load.size, SizeRange) and load.size.low > load.size.high:
        yield ("workload", "size", "low"), "must not be above `high`"


def _pipeline(table: ScenarioTable) -> Iterator[Complaint]:
    if (fault := table.pipeline.too_short_a_lease) is not None:
        yield ("pipeline", "processor", "lease"), fault


def _phases(table: ScenarioTable) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, phase in enumerate(table.phases):
        if phase.name in seen:
            yield ("phases", index, "name"), f"{phase.name!r} is taken by an earlier phase"
        seen.add(phase.name)
        if phase.between[1] > table.workload.duration:
            duration = f"{table.workload.duration:g}s"
            yield ("phases", index, "between"), f"ends at {phase.between[1]:g}s, after the load does ({duration})"


def _faults(table: ScenarioTable) -> Iterator[Complaint]:
    phases = [phase.name for phase in table.phases]
    labels = Counter[str]()
    for index, fault in enumerate(table.faults):
        labels[fault.name] += 1
        if labels[fault.name] == 2:
            yield ("faults", index, "label"), f"{fault.name!r} is taken; give this fault a label of its own"
        if fault.phase is not None and fault.phase not in phases:
            yield ("faults", index, "phase"), _unknown("phase", fault.phase, phases)
        for position, name in enumerate(fault.clusters):
            if name not in table.clusters:
                yield ("faults", index, "clusters", position), _unknown("cluster", name, list(table.clusters))


def _toxics(table: ScenarioTable) -> Iterator[Complaint]:
    phases = [phase.name for phase in table.phases]
    links = [*link_names(table.clusters), EVERY_CLUSTER]
    taken = {fault.name for fault in table.faults}
    for index, toxic in enumerate(table.toxics):
        if toxic.name in taken:
            yield ("toxics", index, "label"), f"{toxic.name!r} is taken; give this toxic a label of its own"
        taken.add(toxic.name)
        if toxic.link not in links:
            yield ("toxics", index, "link"), _unknown("link", toxic.link, links)
        if toxic.phase is not None and toxic.phase not in phases:
            yield ("toxics", index, "phase"), _unknown("phase", toxic.phase, phases)


def _nemesis(table: ScenarioTable) -> Iterator[Complaint]:
    for index, step in enumerate(table.nemesis):
        accepted = _targets(table, step)
        if step.target not in accepted:
            yield ("nemesis", index, "target"), _unknown(f"target of {step.kind}", step.target, accepted)
        if step.wipe and step.kind is not NemesisKind.CRASH:
            yield ("nemesis", index, "wipe"), f"only `crash` can wipe, not `{step.kind}`"
        if "lasts" in step.model_fields_set and not step.kind.is_undone:
            yield ("nemesis", index, "lasts"), f"a `{step.kind}` happens in an instant, and does not last"
        if step.by and step.kind is not NemesisKind.SKEW:
            yield ("nemesis", index, "by"), f"only a `skew` has it, not `{step.kind}`"
        if not step.by and step.kind is NemesisKind.SKEW:
            yield ("nemesis", index), 'a `skew` needs `by`, such as `by = "-200ms"`'
        yield from ((("nemesis", index, key), reason) for key, reason in _crash_point(step))


def _crash_point(step: NemesisTable) -> Iterator[tuple[str, str]]:
    """Key and reason."""
    if step.site is None:
        if step.nth != 1:
            yield "nth", "counts the calls at a `site`, and there is none"
    elif step.kind is not NemesisKind.KILL:
        yield "site", f"only a `kill` can be there, not `{step.kind}`"
    elif step.target != step.site.part:
        yield "site", f"is a call of the {step.site.part}, not of {step.target!r}"


def _deliveries(table: ScenarioTable) -> Iterator[Complaint]:
    phases = [phase.name for phase in table.phases]
    taken = {fault.name for fault in table.faults} | {toxic.name for toxic in table.toxics}
    for index, delivery in enumerate(table.deliveries):
        if delivery.name in taken:
            yield ("deliveries", index, "label"), f"{delivery.name!r} is taken; give this delivery a label of its own"
        taken.add(delivery.name)
        yield from ((("deliveries", index, key), reason) for key, reason in _which(delivery, phases))


def _which(delivery: DeliveryTable, phases: list[str]) -> Iterator[tuple[str, str]]:
    """Key and reason."""
    if delivery.nth is not None and delivery.every is not None:
        yield "every", "'nth' and 'every' both say which; give one of them"
    if not delivery.what.comes and "after" in delivery.model_fields_set:
        yield "after", "a message that is lost never comes"
    if delivery.phase is not None and delivery.between is not None:
        yield "between", "'between' and 'phase' both say when; give one of them"
    if delivery.phase is not None and delivery.phase not in phases:
        yield "phase", _unknown("phase", delivery.phase, phases)


def _targets(table: ScenarioTable, step: NemesisTable) -> list[str]:
    return list(table.clusters) if step.kind.strikes_clusters else list(PROCESSES)


def _gates(table: ScenarioTable) -> Iterator[Complaint]:
    phases = [phase.name for phase in table.phases]
    for index, expression in enumerate(table.gates):
        try:
            gate = parse_gate(expression)
        except GateError as error:
            yield ("gates", index), str(error)
            continue
        if gate.phase is not None and gate.phase not in phases:
            yield ("gates", index), _unknown("phase", gate.phase, phases)
        if gate.cluster is not None and gate.cluster not in table.clusters:
            yield ("gates", index), _unknown("cluster", gate.cluster, list(table.clusters))


def _expect(table: ScenarioTable) -> Iterator[Complaint]:
    names = {fault.name: None for fault in table.faults}
    names |= {fault.fault: None for fault in table.faults}
    names |= {name: None for toxic in table.toxics for name in (toxic.name, toxic.toxic)}
    names |= {step.kind.value: None for step in table.nemesis}
    names |= {name: None for delivery in table.deliveries for name in (delivery.name, delivery.what.fault)}
    for name in table.expect:
        if name not in names:
            yield ("expect", name), _unknown("fault, toxic, delivery or nemesis kind", name, list(names))
