"""The result of a search for capacity: saved and read, in sentences, and as one safe page."""

import re
from pathlib import Path
from typing import Any

import pytest

from connector.values import replace
from reports.capacity import (
    ALL,
    CapacityCase,
    CapacityReport,
    CriterionFigure,
    LoadTrial,
    OverloadFirst,
    RateInterval,
    TrialOutcome,
    read_capacity,
    write_capacity,
)
from reports.capacity_words import interval_words, report_lines
from reports.errors import CapacityFileError
from reports.html.capacity import render_capacity

FOUND = RateInterval(goal=ALL, lower=19.0, upper=20.0, limit="p95(create.active) < 1s (measured 2 s)")


def _trial(rate: float, value: float | None, *, overload: OverloadFirst | None = None) -> LoadTrial:
    outcome = TrialOutcome.UNKNOWN if value is None else TrialOutcome.HELD if value < 1 else TrialOutcome.FAILED
    figure = CriterionFigure(
        criterion="p95(create.active) < 1s", outcome=outcome, value=value, text=f"measured {value} s", threshold=1.0
    )
    return LoadTrial(
        rate=rate,
        seconds=10.0,
        warm_up=2.0,
        seed=1,
        outcome=outcome,
        figures=(figure,),
        arrivals=100,
        lateness=0.0,
        overload=overload,
    )


def _report(**case: object) -> CapacityReport:
    first = OverloadFirst(rate=40.0, seconds=8.0, recovery=60.0)
    fields: dict[str, object] = {
        "label": "spool",
        "design": "spool",
        "intervals": (FOUND,),
        "again": RateInterval(goal=ALL, lower=9.5, upper=10.0, limit="<script>"),
        "predicted": RateInterval(goal=ALL, lower=18.0, upper=20.0),
        "trials": (_trial(19.0, 0.5), _trial(20.0, 2.0), _trial(30.0, None), _trial(10.0, 3.0, overload=first)),
        **case,
    }
    return CapacityReport(
        product="spoolproof 1",
        scenario="mine",
        title="Mine <b>",
        scenario_text="title = '</pre>'",
        world="live",
        seed=1,
        within=0.05,
        command="spoolproof capacity mine",
        trial_command="spoolproof capacity mine --world live",
        cases=(CapacityCase(**fields),),  # type: ignore[arg-type]  # a mixture
        remarks=("few arrivals",),
    )


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_capacity(tmp_path / "capacity.json", _report())
    assert read_capacity(tmp_path / "capacity.json") == _report()


def test_a_file_that_is_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(CapacityFileError, match=r"x\.json: is no result of `spoolproof capacity`"):
        read_capacity(tmp_path / "x.json")
    with pytest.raises(CapacityFileError, match="cannot be read"):
        read_capacity(tmp_path / "y.json")


def test_the_sentences_say_the_interval_the_gap_and_what_is_missing() -> None:
    lines = list(report_lines(_report()))
    assert lines[1:5] == [
        "spool: between 19/s and 20/s (5.0% wide); at 20/s: p95(create.active) < 1s (measured 2 s)",
        "  after an overload of 40/s for 8 s, and 60 s of rest: between 9.5/s and 10/s (5.0% wide); at 10/s: <script>",
        "  hysteresis: an overload takes away 50% of the capacity",
        "  the model expects between 18/s and 20/s",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lower": None}, "no rate holds from 20/s on"),
        ({"upper": None, "limit": ""}, "at least 19/s"),
        ({"complete": False}, "the search was not finished"),
        ({"lower": None, "upper": None, "complete": False, "limit": ""}, "nothing is known yet"),
        ({"doubtful": True}, "the upper bound is unknown"),
    ],
)
def test_an_interval_says_what_it_lacks(change: dict[str, Any], words: str) -> None:
    assert words in interval_words(replace(FOUND, **change))


def test_an_overload_that_takes_nothing_away_is_no_negative_gap() -> None:
    again = RateInterval(goal=ALL, lower=19.5, upper=20.0)
    assert _report(again=again).cases[0].gap == 0.0
    assert _report(again=RateInterval(goal=ALL, lower=None, upper=2.0)).cases[0].gap == 1.0
    assert _report(again=None).cases[0].gap is None


def test_the_page_is_self_contained_escapes_what_others_wrote_and_lists_every_trial() -> None:
    page = render_capacity(_report())
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert "<script>" not in page
    assert "Mine &lt;b&gt;" in page
    assert page.count("--rate ") == 4
    assert (
        "--rate 10.0 --trial 10.0s --warm-up 2.0s --seed 1 --hysteresis 8.0s --recovery 60.0s --overload 40.0" in page
    )


def _labels(page: str) -> list[tuple[str, str]]:
    """Each row of the picture: its label, and what stands below it."""
    picture = page[: page.index("</section>")]
    texts = re.findall(r'<text (class="soft" )?x="[\d.]+" y="[\d.]+" text-anchor="end">([^<]*)</text>', picture)
    return [(label, value) for (_, label), (_, value) in zip(texts[::2], texts[1::2], strict=True)]


def test_the_picture_has_a_row_per_case_what_an_overload_leaves_and_what_there_was_before() -> None:
    before = _report(again=None, intervals=(replace(FOUND, lower=12.0, upper=13.0, doubtful=True),))
    assert _labels(render_capacity(_report(), before)) == [
        ("spool, before", "12 to 13 ?"),
        ("spool", "19 to 20"),
        ("after an overload", "9.5 to 10 (\N{MINUS SIGN}50%)"),
    ]


def test_the_bars_of_a_case_end_at_its_bounds_on_one_axis_for_all() -> None:
    lower = _report(again=None, intervals=(replace(FOUND, lower=9.5, upper=10.0),), trials=())
    page = render_capacity(_report(again=None, trials=()), lower)
    bars = [float(width) for width in re.findall(r'class="held-bar" [^>]*width="([\d.]+)"', page)]
    assert bars[0] == pytest.approx(bars[1] / 2, abs=0.2)


def test_a_gate_is_a_line_with_its_value_in_every_plot() -> None:
    assert re.findall(r'class="gate-text"[^>]*>([^<]*)<', render_capacity(_report())) == ["gate: 1.00 s"]


def test_the_page_of_a_search_that_found_nothing_is_a_page_too() -> None:
    nothing = RateInterval(goal=ALL, lower=None, upper=None, complete=False)
    page = render_capacity(_report(intervals=(nothing,), again=None, predicted=None, trials=()))
    assert "nothing is known yet" in page
