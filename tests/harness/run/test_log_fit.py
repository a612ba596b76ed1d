"""A change log that does not fit what clients and final reads saw proves nothing, and one that fits is used."""

from collections.abc import Callable

import pytest

from connector.values import replace
from harness.run.log_fit import misfit
from reports.history import History, OpKind, OpResult, Reading, SeenShare
from tests.harness.checkers.histories import change, clean, op, reading

FITS = clean()
SHOWN = SeenShare(location="north", name="b", share="rec-b", state="active", size=1)


def _misfit(history: History, *more: Reading) -> str | None:
    return misfit(history.changes, history.ops, (*history.readings, *more), now=100.0, skew=0.5)


def _shifted(history: History, seconds: float) -> History:
    return replace(history, changes=tuple(replace(row, at=row.at + seconds) for row in history.changes))


def test_a_log_that_fits_is_used() -> None:
    assert _misfit(FITS) is None


def test_a_run_that_promised_nothing_may_have_an_empty_log() -> None:
    assert _misfit(History()) is None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda history: replace(history, changes=()), "it tells of none of the shares that were promised"),
        (lambda history: _shifted(history, 200.0), "its clock is ahead of this machine's"),
        (lambda history: _shifted(history, -5.0), "its clock is behind this machine's"),
        (
            lambda history: replace(
                history,
                ops=(*history.ops, op(9, 6.0, OpKind.GET, name="b", share="rec-b", key=None, result=OpResult.OK)),
            ),
            "it says nothing of north/b, which a client read",
        ),
        (
            lambda history: replace(history, changes=history.changes[:1]),
            "its last row about north/a leads to pending; the API shows active",
        ),
    ],
)
def test_a_log_that_does_not_fit_is_refused_with_the_reason(spoil: Callable[[History], History], said: str) -> None:
    assert str(_misfit(spoil(FITS))).startswith(said)


def test_what_the_api_shows_at_the_end_must_be_in_it_unless_it_was_there_before() -> None:
    shown = next(row for row in reversed(FITS.readings) if row.side == "api")
    last = replace(shown, shares=(*shown.shares, SHOWN))
    assert _misfit(FITS, last) == "it says nothing of north/b, which the API shows"
    assert misfit(FITS.changes, FITS.ops, (reading("api", 0, SHOWN), last), now=100.0, skew=0.5) is None


def test_a_log_without_removals_is_refused_where_shares_are_gone() -> None:
    shown = next(row for row in reversed(FITS.readings) if row.side == "api")
    gone = replace(shown, shares=())
    assert str(_misfit(FITS, gone)).startswith("no row of it removes a share, and some are gone")
    removed = replace(FITS, changes=(*FITS.changes, change(3, 9.0, "active", None)))
    assert _misfit(removed, gone) is None
