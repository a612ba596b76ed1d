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
from harness.errors import NoScenario
from harness.scenario.parse import find_scenario, opening_comment, parse_scenario, read_scenario, shipped_scenarios
from harness.scenario.scenario import (
    ClientPolicy,
    Comparison,
    Gate,
    NemesisKind,
    NemesisStep,
    Phase,
    Scenario,
    Statistic,
    WorkloadKind,
)
from harness.toxics.bandwidth import BANDWIDTH, Bandwidth
from harness.toxics.toxic import Direction
from tests.harness.scenario.samples import CALM, EVERYTHING


def complaints(old: str, new: str) -> list[str]:
    """What is said of the full sample with one thing changed, without the lines' numbers."""
    assert EVERYTHING.count(old) == 1
    with pytest.raises(TomlProblems) as caught:
        parse_scenario(EVERYTHING.replace(old, new), "x.toml")
    return [f"{problem.key}: {problem.message}" for problem in caught.value.problems]


def test_a_small_scenario_takes_the_defaults() -> None:
    scenario = parse_scenario(CALM, "calm.toml")
    assert (scenario.name, scenario.title, scenario.seed) == ("calm", "Calm", 1)
    assert scenario.shows == "A few creates on one quick cluster."
    assert scenario.workload.mix == {WorkloadKind.CREATE: 1.0}
    assert scenario.workload.spacing is None
    assert scenario.client == ClientPolicy()
    assert (scenario.settle, scenario.fence) == (30.0, 2.0)


def test_every_table_reaches_the_scenario() -> None:
    scenario = parse_scenario(EVERYTHING, "x.toml")
    assert scenario.shows == "Lost replies and a killed processor:\neverything ends active or cleanly removed."
    assert (scenario.seed, scenario.settle, scenario.fence) == (7, 40.0, 3.0)
    assert scenario.workload.spacing == Constant(1.0)
    assert scenario.workload.size.mean == 1.5 * 2**30
    assert scenario.workload.locations == {"north": 3.0, "south": 1.0}
    assert scenario.workload.surges == {"trouble": 2.0}
    assert scenario.client == ClientPolicy(total=9.0, retries=1)
    assert [cluster.name for cluster in scenario.clusters] == ["north", "south"]
    assert scenario.pipeline.gateway.read == 0.5
    assert scenario.phases == (Phase(name="trouble", begins=5.0, ends=15.0),)
    assert scenario.nemesis == (NemesisStep(at=8.0, kind=NemesisKind.KILL, target="processor", lasts=0.5),)
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
    assert (thin.label, thin.link, thin.kind) == ("bandwidth", "processor-north", BANDWIDTH)
    assert (thin.parameters, thin.direction, thin.toxicity) == (Bandwidth(rate=50_000), Direction.UP, 0.75)
    assert (thin.begins, thin.ends) == (5.0, 15.0)


def test_a_fault_takes_the_window_of_its_phase() -> None:
    lost, late = parse_scenario(EVERYTHING, "x.toml").faults
    assert (lost.label, lost.clusters) == ("reply_lost", ("north",))
    assert (lost.selector.begins, lost.selector.ends) == (5.0, 15.0)
    assert (lost.selector.probability, lost.selector.verbs) == (0.2, (Verb.CREATE,))
    assert (late.label, late.parameters.delay) == ("slow writers", 3.0)


def test_a_distribution_of_gaps_is_scaled_to_the_rate() -> None:
    text = EVERYTHING.replace('spacing = "even"', 'spacing = { kind = "uniform", low = 0, high = 8 }')
    spacing = parse_scenario(text, "x.toml").workload.spacing
    assert spacing is not None
    assert spacing.mean == pytest.approx(1.0)
    assert spacing.ppf(0.75) == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("rate = 20", "rate = -3", "workload.rate: must be greater than 0 (got -3)"),
        ("rate = 20", "rte = 20", "workload.rte: unknown key (did you mean 'rate'?)"),
        ("mix = { create = 8,", "mix = { creat = 8,", "workload.mix.creat: must be 'create', 'recreate', 'delete'"),
        ("create = 8, duplicate = 1, delete = 1", "create = 0", "workload.mix: needs a weight above zero"),
        ("locations = { north = 3", "locations = { nroth = 3", "unknown cluster 'nroth' (did you mean 'north'?)"),
        ("{ north = 3, south = 1 }", "{ north = 0 }", "workload.locations: needs a weight above zero"),
        ("surges = { trouble", "surges = { truble", "unknown phase 'truble' (did you mean 'trouble'?)"),
        ('low = "1 GiB"', 'low = "9 GiB"', "workload.size.low: must not be above `high`"),
        (
            'high = "2 GiB"',
            'high = "8 PiB"',
            "workload.size: a share has at most 9007199254740991 bytes, less than 8 PiB",
        ),
        ("[clusters.south]", f"[clusters.{'s' * 256}]", "printable characters without '/', at most 255 bytes of them"),
        ('spacing = "even"', 'spacing = { kind = "constant", value = 0 }', "workload.spacing: needs a distribution"),
        ('["5s", "15s"]', '["15s", "5s"]', "phases[0].between: must begin before it ends"),
        ('["5s", "15s"]', '["5s", "25s"]', "phases[0].between: ends at 25s, after the load does (20s)"),
        ("[[phases]]", '[[phases]]\nname = "trouble"\nbetween = [1, 2]\n[[phases]]', "phases[1].name: 'trouble' is"),
        ('fault = "reply_lost"', 'fault = "reply_losst"', "unknown fault 'reply_losst' (did you mean 'reply_lost'?)"),
        ('phase = "trouble"\n', 'phase = "later"\n', "faults[0].phase: unknown phase 'later'; accepted: trouble"),
        ('clusters = ["north"]', 'clusters = ["north", "x"]', "faults[0].clusters[1]: unknown cluster 'x'"),
        ('label = "slow writers"', 'label = "reply_lost"', "faults[1].label: 'reply_lost' is taken"),
        ('delay = "3s"', 'dely = "3s"', "faults[1].dely: unknown key (did you mean 'delay'?)"),
        ('kind = "kill"', 'kind = "crash"', "unknown target of crash 'processor'; accepted: north, south"),
        (
            'toxic = "bandwidth"',
            'toxic = "bandwith"',
            "unknown toxic 'bandwith' (did you mean 'bandwidth'?); accepted: band",
        ),
        (
            'toxic = "bandwidth"',
            'toxic = "down"',
            "toxics[0].rate: unknown key; accepted: between, label, link, phase, res",
        ),
        (
            'rate = "50 kB"',
            "rat = 1",
            "toxics[0].rat: unknown key (did you mean 'rate'?); accepted: between, direction",
        ),
        ('rate = "50 kB"', "rate = 0", "toxics[0].rate: must be greater than 0 (got 0)"),
        ('"processor-north"', '"processor-nroth"', "unknown link 'processor-nroth' (did you mean 'processor-north'?)"),
        ('phase = "trouble" #', 'phase = "later" #', "toxics[0].phase: unknown phase 'later'; accepted: trouble"),
        ("toxicity = 0.75", "toxicity = 2", "toxics[0].toxicity: must be less than or equal to 1 (got 2)"),
        ("toxicity = 0.75", "between = [1, 3]", "'between' and 'phase' both say when; give one of them"),
        ("toxicity = 0.75", 'label = "reply_lost"', "toxics[0].label: 'reply_lost' is taken; give this toxic a label"),
        ('lasts = "500ms"', "wipe = true", "nemesis[0].wipe: only `crash` can wipe, not `kill`"),
        ("p95(create.accept) <", "p96(create.accept) <", "gates[0]: 'p96' of create.accept is not a thing"),
        ("1% during trouble", "1% during siesta", "gates[1]: unknown phase 'siesta'; accepted: trouble"),
        ("reply_lost = 3", "reply_found = 3", "expect.reply_found: unknown fault, toxic, delivery or nemesis kind"),
        ("reply_lost = 3", "reply_lost = 0", "expect.reply_lost: must be greater than or equal to 1 (got 0)"),
        ("[clusters.south]", "[clusters.api]", "clusters.api: 'api' is the name of a process"),
        (
            "[clusters.south]",
            '[clusters.south]\n[pipeline]\nprocessor.lease = "17s"',
            "pipeline.processor.lease: 17 s must be longer than all phases of one command, 17 s",
        ),
        ("rate = 20", "rate = true", "workload.rate: must be a number (got true)"),
        ("rate = 20", 'rate = "20"', "workload.rate: must be a number (got '20')"),
        ("rate = 20", "rate = 1e308", "workload.rate: must be less than or equal to 1000000 (got 1e+308)"),
        ("seed = 7", "seed = true", "seed: must be a whole number (got true)"),
        ("create = 8,", "create = 1e308,", "workload.mix.create: must be less than or equal to 1000000 (got 1e+308)"),
        ("retries = 1", "retries = 1.0", "client.retries: must be a whole number (got 1.0)"),
        ("probability = 0.2", "probability = true", "faults[0].probability: must be a number (got true)"),
        ("toxicity = 0.75", "toxicity = true", "toxics[0].toxicity: must be a number (got true)"),
        ("reply_lost = 3", "reply_lost = true", "expect.reply_lost: must be a whole number (got true)"),
        ('lasts = "500ms"', "wipe = 0", "nemesis[0].wipe: must be true or false (got 0)"),
        ('lasts = "500ms"', "lasts = 1e308", "nemesis[0].lasts: a duration is at most 3650d, not 1e+308"),
        (
            "[clusters.south]",
            '[clusters.south]\norder = { kind = "priority", classes = [] }',
            "clusters.south.order.classes: must have at least 1 entry",
        ),
        ('verbs = ["create"]', "verbs = []", "faults[0].verbs: must have at least 1 entry"),
        ('clusters = ["north"]', "clusters = []", "faults[0].clusters: must have at least 1 entry"),
        ('duration = "20s"', 'duration = "3000d"', "workload.rate: 1.04e+10 arrivals; a run takes at most 100,000,000"),
        (
            'label = "slow writers"',
            'label = "slow\\u0000"',
            "faults[1].label: must be one line of printable characters (got 'slow\\x00')",
        ),
        (
            'name = "trouble"',
            'name = "a\\nb"',
            "phases[0].name: must be one line of printable characters (got 'a\\nb')",
        ),
        (
            'title = "Trouble in the north"',
            'title = "a\\u001b[2J"',
            "title: must be one line of printable characters (got 'a\\x1b[2J')",
        ),
        ('duration = "20s"', 'duration = "20 parsecs"', "workload.duration: a duration is a number of seconds"),
        ('title = "Trouble in the north"', "", "title: is required"),
    ],
)
def test_a_mistake_is_named_with_what_is_accepted(old: str, new: str, complaint: str) -> None:
    assert any(complaint in said for said in complaints(old, new))


def test_a_design_without_a_processor_may_have_any_lease() -> None:
    south = '[clusters.south]\n[pipeline]\ndesign = "blocking"\nprocessor.lease = "1s"'
    assert parse_scenario(EVERYTHING.replace("[clusters.south]", south), "x.toml").pipeline.processor.lease == 1.0


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
