"""A scenario file becomes a scenario, or problems that name line, key and what is accepted; never a traceback."""

import copy
import json
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import TomlProblems
from connector.operations import Verb
from connector.toml_lines import KeyPath
from fake_clusters.profile import Constant
from fake_clusters.rules.rule import Window
from harness.errors import NoScenario
from harness.scenario.nemesis_kinds import kill
from harness.scenario.parse import find_scenario, opening_comment, parse_scenario, read_scenario, shipped_scenarios
from harness.scenario.scenario import ClientPolicy, Comparison, Gate, Phase, Scenario, Statistic, WorkloadKind
from harness.service.reference import settings_of
from harness.toxics.bandwidth import BANDWIDTH, Bandwidth
from harness.toxics.toxic import Direction
from tests.harness.scenario.samples import CALM, EVERYTHING


def test_a_small_scenario_takes_the_defaults() -> None:
    scenario = parse_scenario(CALM, "calm.toml")
    assert (scenario.name, scenario.title, scenario.seed) == ("calm", "Calm", 1)
    assert scenario.shows == "A few creates on one quick cluster."
    assert scenario.workload.mix == {WorkloadKind.CREATE: 1.0}
    assert scenario.workload.spacing is None
    assert scenario.client == ClientPolicy()
    assert (scenario.settle, scenario.fence) == (59.25, 2.0)


def test_every_table_reaches_the_scenario() -> None:
    scenario = parse_scenario(EVERYTHING, "x.toml")
    assert scenario.shows == "Lost replies and a killed processor:\neverything ends active or cleanly removed."
    assert (scenario.seed, scenario.settle, scenario.fence) == (7, 50.0, 3.0)
    assert scenario.workload.spacing == Constant(1.0)
    assert scenario.workload.size.mean == 1.5 * 2**30
    assert scenario.workload.locations == {"north": 3.0, "south": 1.0}
    assert scenario.workload.surges == {"trouble": 2.0}
    assert scenario.client == ClientPolicy(total=9.0, retries=1)
    assert [cluster.name for cluster in scenario.clusters] == ["north", "south"]
    assert settings_of(scenario).gateway.read == 0.5
    assert scenario.phases == (Phase(name="trouble", begins=5.0, ends=15.0),)
    assert scenario.nemesis == (kill("processor", at=8.0, duration=0.5),)
    assert scenario.expect == {"reply_lost": 3}
    assert scenario.gates[1] == Gate(
        expression="ratio(errors) <= 1% during trouble",
        statistic=Statistic.RATIO,
        metric="errors",
        comparison=Comparison.AT_MOST,
        threshold=0.01,
        phase="trouble",
    )


def test_a_toxic_takes_the_window_of_its_phase_and_keeps_its_parameters() -> None:
    (thin,) = parse_scenario(EVERYTHING, "x.toml").toxics
    assert (thin.label, thin.selector.link, thin.kind) == ("bandwidth", "processor-north", BANDWIDTH)
    assert thin.parameters == Bandwidth(rate=50_000)
    assert (thin.selector.direction, thin.selector.toxicity) == (Direction.UP, 0.75)
    assert thin.window == Window(begins=5.0, ends=15.0)


def test_a_fault_takes_the_window_of_its_phase() -> None:
    lost, late = parse_scenario(EVERYTHING, "x.toml").faults
    assert (lost.label, lost.selector.clusters) == ("reply_lost", ("north",))
    assert lost.window == Window(begins=5.0, ends=15.0)
    assert (lost.selector.probability, lost.selector.verbs) == (0.2, (Verb.CREATE,))
    assert (late.label, late.parameters.delay) == ("slow writers", 3.0)


def test_a_distribution_of_gaps_is_scaled_to_the_rate() -> None:
    text = EVERYTHING.replace('spacing = "even"', 'spacing = { kind = "uniform", low = 0, high = 8 }')
    spacing = parse_scenario(text, "x.toml").workload.spacing
    assert spacing is not None
    assert spacing.mean == pytest.approx(1.0)
    assert spacing.ppf(0.75) == pytest.approx(1.5)


def test_a_design_without_a_processor_may_have_any_lease() -> None:
    south = '[clusters.south]\n[pipeline]\ndesign = "blocking"\nprocessor.lease = "1s"'
    assert settings_of(parse_scenario(EVERYTHING.replace("[clusters.south]", south), "x.toml")).processor.lease == 1.0


def test_a_cross_check_names_the_line() -> None:
    text = EVERYTHING.replace("1% during trouble", "1% during siesta")
    with pytest.raises(TomlProblems) as caught:
        parse_scenario(text, "x.toml")
    line = text.split("\n").index('    "ratio(errors) <= 1% during siesta",') + 1
    assert str(caught.value).startswith(f"x.toml:{line}: gates[1]: ")


def test_a_scenario_needs_a_cluster() -> None:
    with pytest.raises(TomlProblems, match="clusters"):
        parse_scenario(CALM.replace("[clusters.north]", "[clusters]"), "x.toml")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# a\n#b\n\n# not this\nx = 1", "a\nb"),
        ("\n\n# a", "a"),
        ("x = 1\n# a", ""),
        ("", ""),
        ("#\n# a\n#\n# b\n#\n", "a\n\nb"),
    ],
)
def test_the_opening_comment_is_what_stands_before_anything_else(text: str, shown: str) -> None:
    assert opening_comment(text) == shown


def test_a_path_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(CALM)
    scenario = read_scenario(find_scenario(str(path)))
    assert (scenario.name, scenario.path) == ("mine", path)


@pytest.mark.parametrize("name", ["/etc/passwd", "../samples", "/dev/zero", "link"])
def test_a_scenario_names_files_of_its_own_folder_only(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to("/etc/passwd")
    path = folder / "it.toml"
    path.write_text(CALM + f'[clusters.other]\nlatency = {{ default = {{ kind = "empirical", file = "{name}" }} }}\n')
    with pytest.raises(TomlProblems, match="outside; accepted: a file in the folder of the file that names it"):
        read_scenario(path)


def test_a_bare_name_that_is_not_shipped_lists_those_that_are() -> None:
    with pytest.raises(NoScenario, match=r"no scenario 'no-such'.*the shipped ones are: "):
        find_scenario("no-such")


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_shipped_scenario_is_found_by_its_name_and_reads_well(name: str) -> None:
    assert read_scenario(find_scenario(name)).shows


def places(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from places(inner, (*path, step))


VALUES: dict[str, Any] = tomllib.loads(EVERYTHING)
ODD: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=10),
    st.sampled_from(["1s", "-1s", "", "north", "trouble", "create", "p95(op) < 1s", "9" * 400, "1e999s"]),
    st.lists(st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=3), max_size=3),
)


def spelled(value: object) -> str:
    """An inline TOML spelling."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{spelled(key)} = {spelled(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(spelled(inner) for inner in value) + "]"
    if isinstance(value, float):
        return str(value)
    return json.dumps(value).replace("\x7f", "\\u007f")


@given(st.sampled_from(list(places(VALUES))), st.sampled_from(["drop", "replace", "rename"]), ODD, st.data())
def test_any_mutation_of_a_scenario_is_a_scenario_or_problems(
    place: KeyPath, action: str, odd: object, data: st.DataObject
) -> None:
    values = copy.deepcopy(VALUES)
    inner: Any = values
    for step in place[:-1]:
        inner = inner[step]
    if action == "replace" or isinstance(place[-1], int):
        inner[place[-1]] = odd
    else:
        value = inner.pop(place[-1])
        if action == "rename":
            inner[data.draw(st.text(max_size=8))] = value
    text = "\n".join(f"{spelled(key)} = {spelled(value)}" for key, value in values.items())
    with suppress(TomlProblems):
        assert isinstance(parse_scenario(text, "x.toml"), Scenario)


@given(st.text() | st.lists(st.sampled_from(EVERYTHING.split("\n"))).map("\n".join))
def test_any_text_is_a_scenario_or_problems(text: str) -> None:
    with suppress(TomlProblems):
        assert isinstance(parse_scenario(text, "x.toml"), Scenario)
