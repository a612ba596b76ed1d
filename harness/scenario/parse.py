"""From a TOML file to the scenario that every world plays, once."""

import os
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from connector.errors import TomlProblems
from connector.toml_words import did_you_mean
from connector.tomlfile import TomlDocument, read_document
from connector.values import replace
from fake_clusters.distributions import Uniform
from fake_clusters.distributions.tables import BASE
from fake_clusters.profile import Constant, Distribution
from harness.errors import NoScenario
from harness.scenario.checks import cross_check
from harness.scenario.gate_expressions import parse_gate
from harness.scenario.readable import further_problems
from harness.scenario.scenario import ClientPolicy, Phase, Scenario, Workload
from harness.scenario.service import pipeline_reader
from harness.scenario.service_parse import GivenService, service_file, service_of_text
from harness.scenario.settling import default_settle
from harness.scenario.spacing import to_mean_one
from harness.scenario.tables import ScenarioTable, SizeRange, Spacing, WorkloadTable, scenario_table

__all__ = ["find_scenario", "opening_comment", "parse_scenario", "read_scenario", "shipped_scenarios"]


def read_scenario(path: Path, service: Path | None = None) -> Scenario:
    """Read a file. service: a file whose service takes the place of the scenario's own. Raises `TomlProblems` with
    everything that is wrong."""
    return _scenario(read_document(path), path, path.parent, None if service is None else service_file(service))


def parse_scenario(text: str, source_name: str, *, service_text: str = "", beside: Path | None = Path()) -> Scenario:
    """Read a text; `source_name` stands for it in messages. Raises `TomlProblems`.

    service_text: as the file of `read_scenario`. beside: the folder from which the service's relative paths are meant;
    None: its files are not looked at.
    """
    service = service_of_text(service_text, "the service's file", beside) if service_text else None
    return _scenario(TomlDocument.parse(text, source_name), None, beside, service)


def shipped_scenarios() -> dict[str, Path]:
    """The scenarios that come with the product, by name."""
    with resources.as_file(resources.files("scenarios")) as folder:
        return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def find_scenario(name_or_path: str) -> Path:
    """A file as it is, else a shipped scenario by its bare name. Raises `NoScenario`."""
    path = Path(name_or_path)
    shipped = shipped_scenarios()
    if name_or_path in shipped and not os.path.isfile(path):
        return shipped[name_or_path]
    if (
        path.suffix == ".toml" or path.name != name_or_path or os.path.isfile(path)
    ):  # which holds of no name that is too long
        return path
    listing = ", ".join(shipped) or "none are shipped"
    raise NoScenario(
        f"no scenario {name_or_path!r}{did_you_mean(name_or_path, list(shipped))}; "
        f"a path ends in .toml, and the shipped ones are: {listing}"
    )


def opening_comment(text: str) -> str:
    """The comment before anything else, as plain text: what the scenario shows."""
    lines = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        if line.startswith("#"):
            lines.append(line.lstrip("#").strip())
        elif lines:
            break
    return "\n".join(lines).strip()


def _scenario(
    document: TomlDocument, path: Path | None, beside: Path | None, replacing: GivenService | None
) -> Scenario:
    def service_of(table: ScenarioTable) -> GivenService:
        own = GivenService(document=document, key=("service",), table=table.service, beside=beside)
        return replacing or own

    table = _table(document, path, service_of)
    service = service_of(table)
    phases = tuple(Phase(name=phase.name, begins=phase.between[0], ends=phase.between[1]) for phase in table.phases)
    windows = {phase.name: (phase.begins, phase.ends) for phase in phases}
    pipeline = pipeline_reader().settings(table.pipeline) if service.is_reference else None
    scenario = Scenario(
        name=Path(document.source).stem,
        title=table.title,
        shows=opening_comment(document.text),
        text=document.text,
        path=path,
        seed=table.seed,
        clusters=tuple(cluster.spec(name) for name, cluster in table.clusters.items()),
        workload=_workload(table.workload),
        client=ClientPolicy(**table.client.model_dump()),
        pipeline=pipeline,
        service=service.spec(),
        service_text=service.document.text if service.replaces else "",
        gateway=None if table.gateway is None else table.gateway.spec(),
        store=table.store,
        spool=table.spool,
        phases=phases,
        faults=tuple(fault.rule(windows) for fault in table.faults),
        toxics=tuple(toxic.rule(windows) for toxic in table.toxics),
        nemesis=tuple(step.rule() for step in table.nemesis),
        deliveries=tuple(delivery.rule(windows) for delivery in table.deliveries),
        store_faults=tuple(fault.rule(windows) for fault in table.store_faults),
        receivers=tuple(rule.rule(windows) for rule in table.receivers),
        gates=tuple(parse_gate(expression) for expression in table.gates),
        expect=table.expect,
        fence=table.fence,
    )
    return replace(scenario, settle=default_settle(scenario) if table.settle is None else table.settle)


def _table(
    document: TomlDocument, path: Path | None, service_of: Callable[[ScenarioTable], GivenService]
) -> ScenarioTable:
    """Raises `TomlProblems` with the mistakes in single values and those across tables, in the order of the lines."""
    context = {BASE: path.parent if path else Path()}
    try:
        table = document.validate(scenario_table(), context=context)
    except TomlProblems as error:
        problems = (*error.problems, *further_problems(document, error.problems, context, service_of))
        raise TomlProblems(tuple(sorted(problems, key=lambda problem: problem.line or 0))) from error
    if problems := cross_check(document, table, service_of(table)):
        raise TomlProblems(problems)
    return table


def _workload(table: WorkloadTable) -> Workload:
    return Workload(
        rate=table.rate,
        duration=table.duration,
        spacing=_spacing(table.spacing),
        mix=table.mix,
        size=_size(table),
        surges=table.surges,
        locations=table.locations,
        only=table.only,
        tenants=table.tenants,
        priorities=table.priorities,
        requests=tuple(sorted((row.request() for row in table.requests), key=lambda row: row.at)),
    )


def _spacing(spacing: Spacing) -> Distribution | None:
    if spacing == "poisson":
        return None
    if spacing == "even":
        return Constant(1.0)
    return to_mean_one(spacing.distribution())


def _size(table: WorkloadTable) -> Distribution:
    if isinstance(table.size, SizeRange):
        return Uniform(low=float(table.size.low), high=float(table.size.high))
    return Constant(float(table.size))
