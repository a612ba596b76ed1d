"""Lint warns of scenarios that read well and will not show what they are meant to."""

from pathlib import Path

import pytest

from harness.lint import lint
from harness.scenario.expectations import arrivals_within, expected_count
from harness.scenario.parse import parse_scenario
from harness.scenario.remark import Severity
from harness.scenario.scenario import WorkloadKind
from harness.service.sheet.loading import sheet_file
from tests.harness.scenario.samples import CALM, EVERYTHING

_SOUTH = "[clusters.south]\n[pipeline]\n"


def remarks(text: str) -> dict[str, str]:
    return {each.problem.key: each.problem.message for each in lint(parse_scenario(text, "x.toml"))}


def changed(old: str, new: str) -> dict[str, str]:
    assert EVERYTHING.count(old) == 1
    return remarks(EVERYTHING.replace(old, new))


@pytest.mark.parametrize("text", [CALM, EVERYTHING])
def test_a_sound_scenario_is_not_remarked_upon(text: str) -> None:
    assert remarks(text) == {}


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('total = "2s"', 'total = "9s"', "pipeline.gateway.total", "never sees the gateway's 504"),
        ('read = "500ms"', 'read = "2s"', "pipeline.gateway.read", "it can never expire first"),
        ('read = "500ms"', 'connect = "3s"', "pipeline.gateway.connect", "it can never expire first"),
        ('total = "9s"', 'connect = "9s"\ntotal = "9s"', "client.connect", "it can never expire first"),
        ('total = "9s"', 'poll_deadline = "5s"', "client.poll_deadline", "before it gives up"),
        ('total = "9s"', 'poll_every = "61s"', "client.poll_every", "before their second poll"),
        ("[clusters.south]", _SOUTH + 'processor.lease = "17.1s"', "pipeline.processor.lease", "does not outlive"),
        (
            "[clusters.south]",
            _SOUTH + 'design = "blocking"\nblocking.bound = "501ms"',
            "pipeline.blocking.bound",
            "while the API still waits for the cluster",
        ),
        (
            "[clusters.south]",
            _SOUTH + 'design = "blocking"\nblocking = { bound = "300ms", wait = "300ms" }',
            "pipeline.blocking.wait",
            "it can never expire first",
        ),
        ("[clusters.south]", _SOUTH + 'command.login = "11s"', "pipeline.command.login", "longer than the command"),
        ("[clusters.south]", _SOUTH + 'retry.first = "11s"', "pipeline.retry.first", "longer than `longest`"),
        ('settle = "50s"', 'settle = "20s"', "settle", "a share may need"),
        ("between = [1, 2]", "between = [20, 30]", "faults[1]", "it never applies"),
        ('delay = "3s"', 'delay = "53s"', "faults[1]", "some land after the last read"),
        (
            "[[nemesis]]",
            '[[faults]]\nkind = "oversized"\nextra = "17 MiB"\n\n[[nemesis]]',
            "faults[2].extra",
            "the client stops reading after 16777216",
        ),
        ('at = "8s"', 'at = "20s"', "nemesis[0].at", "when the load is over"),
        ('kind = "kill"', 'kind = "pause"', "nemesis[0].duration", "no lease expires"),
        ("reply_lost = 3", "reply_lost = 300", "expect.reply_lost", "about 48.0 are likely"),
        ("rate = 20", "rate = 0.01", "workload.rate", "less than one arrival"),
        ("{ create = 8, duplicate = 1, delete = 1 }", "{ delete = 1 }", "workload.mix", "no creates, so"),
    ],
)
def test_what_will_not_work_is_named_with_its_reason(old: str, new: str, key: str, reason: str) -> None:
    assert reason in changed(old, new)[key]


def test_advice_has_the_line_of_its_key() -> None:
    text = EVERYTHING.replace('total = "2s"', 'total = "9s"')
    (advice,) = lint(parse_scenario(text, "x.toml"))
    assert advice.problem.line == text[: text.index('total = "9s"\n\n[[phases]]')].count("\n") + 1
    assert str(advice).startswith("warning: x:")


def test_how_long_a_processor_may_need_is_nothing_to_a_design_without_one() -> None:
    short = EVERYTHING.replace('settle = "50s"', 'settle = "20s"').replace('total = "9s"', 'poll_deadline = "5s"')
    assert remarks(short.replace("[clusters.south]", _SOUTH + 'design = "blocking"\nblocking.bound = "300ms"')) == {}
    assert set(remarks(short)) == {"settle", "client.poll_deadline"}


def test_a_file_without_an_opening_comment_is_warned_of() -> None:
    (advice,) = lint(parse_scenario(CALM.split("\n", 1)[1], "x.toml"))
    assert advice.severity is Severity.WARNING
    assert "no opening comment" in advice.problem.message


def test_a_load_that_takes_hours_is_remarked_upon_with_how_long_it_takes() -> None:
    flood = changed("rate = 20", "rate = 1000000")
    assert "about 30000000 arrivals: a virtual run of them takes about 27.8 hours" in flood["workload.rate"]


def test_the_reference_pipeline_offers_every_kind_of_arrival() -> None:
    kinds = ", ".join(f"{kind.value} = 1" for kind in WorkloadKind)
    assert not [key for key in remarks(CALM.replace("rate =", f"mix = {{ {kinds} }}\nrate =")) if "mix" in key]


@pytest.mark.parametrize(("sheet", "lacks"), [("manila", []), ("operations", ["allow", "deny"])])
def test_access_changes_are_offered_as_the_sheet_says(sheet: str, lacks: list[str]) -> None:
    service = f'[service]\nkind = "url"\nsheet = "{sheet}"\nurl = "http://127.0.0.1:1"\n'
    text = CALM.replace("rate =", "mix = { create = 1, allow = 1, deny = 1 }\nrate =") + service
    said = [f"the service sheet has no {kind}, so these arrivals are skipped" for kind in lacks]
    assert [reason for key, reason in remarks(text).items() if key.startswith("workload.mix")] == said


_LOG = """
[change_log]
path = "/changes"
items = ""
at = "/at"
id = "/id"
name = "/name"
location = "/location"
after = "/to"
"""


@pytest.mark.parametrize(
    ("gate", "log", "told"),
    [
        ("p90(create.active) < 500ms", "", True),
        ("max(delete.gone) <= 1999ms", "", True),
        ("p90(create.active) < 2s", "", False),
        ("p90(create.accept) < 500ms", "", False),
        ("count(create.active) < 1", "", False),
        ("min(create.active) > 500ms", "", False),
        ("p90(create.active) < 500ms", _LOG, False),
        ("p90(create.active) < 500ms", None, False),
    ],
)
def test_a_gate_that_is_finer_than_the_polls_is_remarked_upon_where_no_change_log_tells_more(
    gate: str, log: str | None, told: bool, tmp_path: Path
) -> None:
    text = f'gates = ["{gate}"]\n' + CALM.replace("rate =", "mix = { create = 1, delete = 1 }\nrate =")
    text += '[client]\npoll_every = "2s"\n'
    if log is not None:
        path = sheet_file("manila", beside=tmp_path)
        assert path is not None
        (tmp_path / "ours.toml").write_text(path.read_text() + log)
        text += f'[service]\nkind = "url"\nsheet = "{tmp_path}/ours.toml"\nurl = "http://127.0.0.1:1"\n'
    assert any("cannot be told" in reason for reason in remarks(text).values()) is told


def test_arrivals_are_counted_with_their_surges() -> None:
    scenario = parse_scenario(EVERYTHING, "x.toml")
    assert arrivals_within(scenario, 0, float("inf")) == pytest.approx(20 * 10 + 40 * 10)
    assert arrivals_within(scenario, 4, 6) == pytest.approx(20 + 40)
    assert arrivals_within(scenario, 19, 99) == pytest.approx(20)


def test_strikes_are_estimated_from_window_mix_location_and_probability() -> None:
    lost, late = parse_scenario(EVERYTHING, "x.toml").faults
    scenario = parse_scenario(EVERYTHING, "x.toml")
    assert expected_count(lost, scenario) == pytest.approx(400 * 0.75 * 0.8 * 0.2)
    assert expected_count(late, scenario) == pytest.approx(20 * 0.9)


@pytest.mark.parametrize(
    ("gate", "reason"),
    [
        ("p95(create.accept) < 0s", "can never pass"),
        ("max(create.accept) <= 0s", "can never pass"),
        ("count(errors) < 0", "can never pass"),
        ("ratio(errors) > 150%", "can never pass"),
        ("ratio(unclear) > 100%", "can never pass"),
        ("ratio(errors) >= 101%", "can never pass"),
        ("ratio(errors) <= 100%", "can never fail"),
        ("rate(goodput) >= 0", "can never fail"),
        ("p50(attempt.snapshot-create) < 1s", "none is sent; the load sends capabilities, create"),
        ("count(attempt.resize) < 1", "none is sent"),
        ("p50(resize.accept) < 1s", "is of resize or premature, which workload.mix lacks"),
        ("p50(list) < 1s", "is of list, which workload.mix lacks"),
        ("count(goodput) > 1000", "can hardly pass: about 480.0 creates are due"),
    ],
)
def test_a_gate_that_says_nothing_is_remarked_upon(gate: str, reason: str) -> None:
    found = changed('"p95(create.accept) < 200ms"', f'"{gate}"')
    assert list(found) == ["gates[0]"]
    assert reason in found["gates[0]"]


def test_a_gate_on_what_the_load_never_asks_for_is_remarked_upon() -> None:
    gates = 'gates = ["p50(delete.gone) < 1s", "p50(op) < 1s on south", "p50(op) < 1s during short"]\n'
    load = CALM.replace("[workload]\n", gates + "[workload]\nlocations = { north = 1 }\n").replace('"1s"', '"10s"')
    found = remarks(load + '[clusters.south]\n[[phases]]\nname = "short"\nbetween = ["1s", "1020ms"]\n')
    assert found.keys() == {"gates[0]", "gates[1]", "gates[2]"}
    assert all("there is nothing to measure" in said for said in found.values())


@pytest.mark.parametrize(
    "gate", ["count(timeouts) <= 0", "ratio(errors) <= 0", "p50(delete.gone) < 1s", "ratio(timeouts) > 150%"]
)
def test_a_gate_that_can_pass_and_fail_is_not(gate: str) -> None:
    assert changed('"p95(create.accept) < 200ms"', f'"{gate}"') == {}
