"""Allowances in words: each invariant that is less strict because of one says so."""

import pytest

from reports.allowances import STRICT, Allowances


def test_nothing_is_allowed_by_default() -> None:
    assert Allowances() == STRICT
    assert not any(STRICT.of(invariant) for invariant in ("S6", "S7", "S8", "S9", "L2"))


@pytest.mark.parametrize(
    ("allowances", "said"),
    [
        (Allowances(keys=False), {"S6": "no idempotency keys", "S9": "no idempotency keys"}),
        (Allowances(grace=60), {"S8": "its sweep has 60 s", "L2": "its sweep has 60 s"}),
        (
            Allowances(grace=60, late_effects=True),
            {"S7": "late effects, for 60 s", "S8": "its sweep has 60 s", "L2": "its sweep has 60 s"},
        ),
        (Allowances(late_effects=True), {}),
    ],
)
def test_an_invariant_that_allows_more_says_what(allowances: Allowances, said: dict[str, str]) -> None:
    names = ("S6", "S7", "S8", "S9", "L2", "S1")
    assert {name: words for name in names if (words := allowances.of(name))} == said


def test_each_is_described_with_the_invariants_that_it_concerns() -> None:
    assert Allowances(keys=False, grace=60, late_effects=True).described == (
        "no idempotency keys (S6, S9)",
        "its sweep has 60 s (L2, S8)",
        "late effects, for 60 s (S7)",
    )


def test_what_failed_may_land_for_no_longer_than_the_sweep_takes() -> None:
    assert (Allowances(grace=60).late_grace, Allowances(grace=60, late_effects=True).late_grace) == (0, 60)
