"""Figures are counted from the due arrival, and quantiles are values that occurred."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.measures import Measures, ShareOutcome, quantile
from tests.reports.sample import journal


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.001, 1.0))
def test_a_quantile_is_the_smallest_value_with_that_share_at_or_below_it(values: list[float], q: float) -> None:
    found = quantile(values, q)
    assert found in values
    assert sum(value <= found for value in values) >= q * len(values) - 1e-6
    assert sum(value < found for value in values) < q * len(values) + 1e-6


def test_no_values_have_no_quantile() -> None:
    assert quantile([], 0.5) is None


def test_every_record_has_one_fate() -> None:
    measures = Measures(journal().history)
    total = {
        share_outcome: sum(row[share_outcome] for row in measures.share_outcomes().values())
        for share_outcome in ShareOutcome
    }
    assert total == {ShareOutcome.ACTIVE: 280, ShareOutcome.FAILED: 20, ShareOutcome.DELETED: 0, ShareOutcome.OPEN: 0}


def test_latency_counts_from_the_due_arrival() -> None:
    history = journal(shares=1).history
    ((at, latency),) = Measures(history).accept_latencies()
    assert at == history.ops[0].intended_at
    assert at + latency == pytest.approx(history.ops[0].completed_at)
