"""Raw samples survive the disk, and their histograms are exact to a thousandth and add up."""

import itertools
from pathlib import Path

import pytest

from connector.chance import Chance
from harness.load.histograms import merge_histograms, quantiles, read_histograms, write_histograms
from harness.load.samples import DROPPED, dropped_samples, read_samples, samples_of, write_samples
from harness.load.wire import Dropped, Row
from reports.measures import quantile
from tests.harness.load.rows import asked

LOST = Row(process=1, dropped=Dropped(number=9, at=4.0, op="create", phase="rush", location="north"))


def test_samples_read_back_are_those_that_were_written(tmp_path: Path) -> None:
    samples = [
        *samples_of([asked(1, 1.0, late=0.25), asked(2, 2.0, takes=None)], "builtin", {1: 1.3}),
        *dropped_samples([LOST], "builtin"),
    ]
    write_samples(tmp_path, samples)
    assert list(read_samples(tmp_path)) == samples


def test_response_time_counts_from_when_it_was_due_and_service_time_from_when_it_was_sent() -> None:
    [sample] = samples_of([asked(1, 1.0, late=0.25, takes=0.5)], "builtin", {1: 1.65})
    assert (sample.response, sample.service, sample.lateness) == pytest.approx((0.75, 0.5, 0.25))
    assert sample.waited == pytest.approx(0.4)


def test_what_never_ended_or_never_began_has_no_times() -> None:
    [open_op] = samples_of([asked(1, 1.0, takes=None)], "builtin")
    [dropped] = dropped_samples([LOST], "builtin")
    assert (open_op.response, open_op.service) == (None, None)
    assert (dropped.response, dropped.lateness, dropped.outcome) == (None, None, DROPPED)


def _drawn(seed: int, count: int) -> list[float]:
    chance = Chance(seed, "test.latency")
    return [0.001 * 10 ** (4 * chance.u01(number)) for number in range(count)]


def test_quantiles_of_a_histogram_are_within_a_thousandth_over_four_decades(tmp_path: Path) -> None:
    values = _drawn(1, 5000)
    write_histograms(tmp_path / "a.hlog", {"all/create/builtin/response": values}, length=10.0)
    [histogram] = read_histograms(tmp_path / "a.hlog").values()
    for percent, found in quantiles(histogram, (1, 50, 75, 90, 99, 99.9, 100)).items():
        exact = quantile(values, percent / 100)
        assert exact is not None
        assert found == pytest.approx(exact, rel=0.001, abs=1e-6)


def test_histograms_of_several_logs_add_up_to_those_of_all_values(tmp_path: Path) -> None:
    parts = [_drawn(seed, 500) for seed in (1, 2, 3)]
    paths = [tmp_path / f"{number}.hlog" for number in range(3)]
    for path, values in zip(paths, parts, strict=True):
        write_histograms(path, {"all/create/builtin/response": values}, length=10.0)
    write_histograms(
        tmp_path / "whole.hlog", {"all/create/builtin/response": list(itertools.chain(*parts))}, length=10.0
    )
    [merged], [whole] = merge_histograms(paths).values(), read_histograms(tmp_path / "whole.hlog").values()
    assert merged.get_total_count() == 1500
    assert quantiles(merged, (10, 50, 99, 99.9)) == quantiles(whole, (10, 50, 99, 99.9))


def test_a_phase_with_spaces_and_commas_keeps_its_line(tmp_path: Path) -> None:
    write_histograms(tmp_path / "a.hlog", {"big, bad rush/create/builtin/response": [0.1]}, length=10.0)
    assert list(read_histograms(tmp_path / "a.hlog")) == ["big__bad_rush/create/builtin/response"]
