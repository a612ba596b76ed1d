"""Checks across tables: names that refer to other tables, and windows within the run."""

from collections import Counter
from collections.abc import Iterator, Sequence

from connector.errors import TomlProblem
from connector.toml_lines import KeyPath
from connector.toml_words import did_you_mean
from connector.tomlfile import TomlDocument
from fake_clusters.rules.tables import WindowedTable
from fake_clusters.spec import LoginMethod
from harness.errors import GateError
from harness.scenario.gate_expressions import parse_gate
from harness.scenario.gateway_checks import gateway_complaints, parts_of
from harness.scenario.roles import Role, servers_of
from harness.scenario.service import pipeline_reader
from harness.scenario.service_parse import GivenService
from harness.scenario.service_spec import ServiceKind
from harness.scenario.spacing import to_mean_one
from harness.scenario.tables import ScenarioTable, SizeRange
from harness.toxics.links import CLIENT_GATEWAY, EVERY_CLUSTER, GATEWAY_API, link_names

__all__ = ["cross_check"]

_MOST_ARRIVALS = 100_000_000
"""More than any world runs in a reasonable time."""

Complaint = tuple[KeyPath, str]


def cross_check(document: TomlDocument, table: ScenarioTable, service: GivenService) -> tuple[TomlProblem, ...]:
    """Everything that is wrong, in the order of the lines; first what is wrong in another file."""
    checks = (_weights, _workload, _requests, _spacing, _phases, _rules, _counted, _gates, _expect)
    of_service = (_clusters, _pipeline, _tenants, gateway_complaints, _places, _nemesis)
    found = [complaint for check in checks for complaint in check(table)]
    found += [complaint for other in of_service for complaint in other(table, service)]
    problems = [document.problem(path, message) for path, message in found]
    elsewhere = list(service.problems(list(table.clusters)))
    return tuple(
        sorted([*elsewhere, *problems], key=lambda problem: (problem.source == document.source, problem.line or 0))
    )


def _unknown(what: str, name: str, accepted: list[str]) -> str:
    listing = ", ".join(accepted) or f"there is no {what} here"
    return f"unknown {what} {name!r}{did_you_mean(name, accepted)}; accepted: {listing}"


def _clusters(table: ScenarioTable, service: GivenService) -> Iterator[Complaint]:
    for name in table.clusters:
        if service.is_reference and name in [*parts_of(table, service), *servers_of(table.store, table.spool)]:
            yield ("clusters", name), f"{name!r} is the name of a process of the pipeline; take another"
    for name, cluster in table.clusters.items():
        where, login = ("clusters", name, "login"), cluster.login
        if LoginMethod.PUBLICKEY not in login.methods:
            yield (*where, "methods"), f"let nobody in: a service logs in with a key; needed is {LoginMethod.PUBLICKEY}"
        if login.password_expired:
            yield (*where, "password_expired"), "is for `spoolproof clusters serve`: a service logs in with a key"


def _weights(table: ScenarioTable) -> Iterator[Complaint]:
    for key, needed in (("mix", True), ("locations", False), ("tenants", False)):
        weights = getattr(table.workload, key).values()
        if (weights or needed) and not any(weights):
            yield ("workload", key), "needs a weight above zero: nothing would arrive"


def _workload(table: ScenarioTable) -> Iterator[Complaint]:
    load = table.workload
    for name in load.locations:
        if name not in table.clusters:
            yield ("workload", "locations", name), _unknown("cluster", name, list(table.clusters))
    phases = [phase.name for phase in table.phases]
    for name in load.surges:
        if name not in phases:
            yield ("workload", "surges", name), _unknown("phase", name, phases)
    arrivals = load.rate * load.duration * max([1.0, *load.surges.values()]) + len(load.requests)
    if arrivals > _MOST_ARRIVALS:
        yield ("workload", "rate"), f"{arrivals:.3g} arrivals; a run takes at most {_MOST_ARRIVALS:,}"
    largest = load.size.high if isinstance(load.size, SizeRange) else load.size
    if largest > pipeline_reader().largest_size:
        yield ("workload", "size"), f"a share has at most {pipeline_reader().largest_size} bytes, less than 8 PiB"
    if isinstance(load.size, SizeRange) and load.size.low > load.size.high:
        yield ("workload", "size", "low"), "must not be above `high`"


def _requests(table: ScenarioTable) -> Iterator[Complaint]:
    load = table.workload
    for index, row in enumerate(load.requests):
        if row.location not in table.clusters:
            yield ("workload", "requests", index, "location"), _unknown("cluster", row.location, list(table.clusters))
        if row.at >= load.duration:
            yield ("workload", "requests", index, "at"), f"must be before the end of the load, {load.duration:g} s"


def _spacing(table: ScenarioTable) -> Iterator[Complaint]:
    spacing = table.workload.spacing
    if isinstance(spacing, str):
        return
    try:
        to_mean_one(spacing.distribution())
    except ValueError as error:
        yield ("workload", "spacing"), str(error)


def _pipeline(table: ScenarioTable, service: GivenService) -> Iterator[Complaint]:
    if service.is_reference:
        yield from ((("pipeline", *key), reason) for key, reason in pipeline_reader().complaints(table.pipeline))
    elif "pipeline" in table.model_fields_set and not service.replaces:
        other = f"the service is of kind {service.table.kind.value!r}"
        yield ("pipeline",), f"these are settings of the reference pipeline, and {other}: remove one of them"


def _tenants(table: ScenarioTable, service: GivenService) -> Iterator[Complaint]:
    for key in ("tenants", "priorities"):
        if not service.is_reference and getattr(table.workload, key):
            yield ("workload", key), "are known to the reference pipeline alone: leave them out for another service"


def _phases(table: ScenarioTable) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, phase in enumerate(table.phases):
        if phase.name in seen:
            yield ("phases", index, "name"), f"{phase.name!r} is taken by an earlier phase"
        seen.add(phase.name)
        if phase.between[1] > table.workload.duration:
            duration = f"{table.workload.duration:g}s"
            yield ("phases", index, "between"), f"ends at {phase.between[1]:g}s, after the load does ({duration})"


def _rules(table: ScenarioTable) -> Iterator[Complaint]:
    """Labels are unique in a run, and phases are those of the scenario."""
    phases, taken = [phase.name for phase in table.phases], Counter[str]()
    sections: tuple[tuple[str, str, Sequence[WindowedTable]], ...] = (
        ("faults", "fault", table.faults),
        ("toxics", "toxic", table.toxics),
        ("deliveries", "delivery", table.deliveries),
        ("store_faults", "store fault", table.store_faults),
        ("receivers", "receiver rule", table.receivers),
    )
    for section, noun, rows in sections:
        for index, row in enumerate(rows):
            taken[row.name] += 1
            if taken[row.name] == 2:
                yield (section, index, "label"), f"{row.name!r} is taken; give this {noun} a label of its own"
            if row.phase is not None and row.phase not in phases:
                yield (section, index, "phase"), _unknown("phase", row.phase, phases)


def _places(table: ScenarioTable, service: GivenService) -> Iterator[Complaint]:
    """Clusters and links that are there."""
    for index, fault in enumerate(table.faults):
        for position, name in enumerate(fault.clusters):
            if name not in table.clusters:
                yield ("faults", index, "clusters", position), _unknown("cluster", name, list(table.clusters))
    links = [*link_names(table.clusters), EVERY_CLUSTER]
    if not service.is_reference and table.gateway is None:  # nobody sees which of its parts connect to which
        links.remove(GATEWAY_API)
    if service.table.kind is ServiceKind.URL:  # and it connects to the clusters themselves
        links = [link for link in links if link in {CLIENT_GATEWAY, GATEWAY_API}]
    for index, toxic in enumerate(table.toxics):
        if toxic.link == CLIENT_GATEWAY and (service.table.url or "").startswith("https:"):
            yield ("toxics", index, "link"), "cannot be put before an https: URL, whose certificate is of another host"
        if toxic.link == GATEWAY_API and service.is_reference and f"{Role.API}-2" in parts_of(table, service):
            yield ("toxics", index, "link"), "needs `pipeline.api.processes = 1`: with more there is no such one link"
        if toxic.link not in links:
            yield ("toxics", index, "link"), _unknown("link", toxic.link, links)


def _nemesis(table: ScenarioTable, service: GivenService) -> Iterator[Complaint]:
    for index, row in enumerate(table.nemesis):
        step = row.rule()
        accepted = list(table.clusters) if step.kind.targets_clusters else parts_of(table, service)
        if step.kind.strikes_servers and service.is_reference:
            accepted += servers_of(table.store, table.spool)
        if row.target not in accepted:
            yield ("nemesis", index, "target"), _unknown_target(row.kind, row.target, accepted, service)
        site = step.selector.site
        if site is not None and not service.is_reference:
            yield ("nemesis", index, "site"), "is a call of the reference pipeline; another service has none to stop at"
            continue
        if site is None and step.selector.nth != 1:
            yield ("nemesis", index, "nth"), "counts the calls at a `site`, and there is none"
        if site is not None and row.target.partition("-")[0] != site.part:
            yield ("nemesis", index, "site"), f"is a call of the {site.part}, not of {row.target!r}"


def _unknown_target(kind: str, target: str, accepted: list[str], service: GivenService) -> str:
    if not accepted:
        return f"{target!r}: a service of kind {service.table.kind.value!r} runs elsewhere: no part of it can be broken"
    unknown = _unknown(f"target of {kind}", target, accepted)
    return unknown if service.given else f"{unknown} (the reference pipeline's; --service names another service)"


def _counted(table: ScenarioTable) -> Iterator[Complaint]:
    counted: tuple[tuple[str, Sequence[WindowedTable]], ...] = (
        ("deliveries", table.deliveries),
        ("store_faults", table.store_faults),
    )
    for section, rows in counted:
        for index, row in enumerate(rows):
            selector = row.rule({row.phase or "": (0.0, 1.0)}).selector
            if selector.nth is not None and selector.every is not None:
                yield (section, index, "every"), "'nth' and 'every' both say which; give one of them"


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


_EXPECTED = "fault, toxic, delivery, store fault, receiver rule or nemesis kind"


def _expect(table: ScenarioTable) -> Iterator[Complaint]:
    labelled: tuple[WindowedTable, ...] = (
        *table.faults,
        *table.toxics,
        *table.deliveries,
        *table.store_faults,
        *table.receivers,
    )
    names = [*(row.name for row in labelled), *(row.kind for row in (*labelled, *table.nemesis))]
    for name in table.expect:
        if name not in names:
            yield ("expect", name), _unknown(_EXPECTED, name, list(dict.fromkeys(names)))
