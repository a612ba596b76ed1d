"""The latencies that are compared op by op are those that gates measure."""

import math

import pytest

from harness.differential.series import SERIES, series_of
from harness.metrics import METRICS
from tests.harness.differential.scenes import history


@pytest.mark.parametrize("name", SERIES)
def test_a_series_has_the_values_of_its_metric(name: str) -> None:
    points = METRICS[name].points(history())
    assert sorted(series_of(history())[name].values()) == sorted(
        point.value if point.ended else math.inf for point in points
    )


def test_every_series_is_there_and_most_have_values() -> None:
    found = series_of(history())
    assert tuple(found) == SERIES
    assert sum(bool(values) for values in found.values()) >= len(SERIES) - 1
