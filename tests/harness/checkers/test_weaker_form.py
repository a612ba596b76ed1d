"""Without a change log, or effect logs, the other views still judge what they show, and accuse nobody wrongly."""

from collections.abc import Iterator

import pytest

from connector.values import replace
from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import Bounds, HistoryIndex
from harness.checkers.run_checkers import run_checkers, verdict_of
from harness.checkers.weaker_form import weaker_form
from reports.history import History, OpKind
from reports.verdicts import Anomaly, Verdict
from tests.harness.checkers.histories import clean, effect, finding, op, reading, without
from tests.harness.checkers.spoils import SPOILS


def without_change_log(history: History) -> History:
    return replace(history, changes=(), has_changes=False)


def without_effect_log(history: History) -> History:
    return replace(history, effects=(), has_effect_log=False)


INSIDE_ONLY = {
    "second_record",
    "never_recorded",
    "removed_silently",
    "failed_without_reason",
    "back_from_failing",
    "gap_in_the_path",
    "removed_while_active",
    "refused_by_a_state_that_was_over",
    "failed_and_there",
    "came_to_life_after_failing",
    "deleted_and_there",
    "active_then_failed",
    "resize_that_nothing_hindered",
    "api_moved_a_pending_record",
}
"""What nobody but the service itself can know of these histories."""

ON_CLUSTERS_ONLY = {
    "second_life",
    "unasked_effect",
    "unasked_size",
    "made_before_asked",
    "active_before_it_was_made",
    "half_made_and_active",
    "removed_while_active",
    "one_request_two_effects",
    "failed_and_there",
    "came_to_life_after_failing",
    "late_delete_hits_a_newer_share",
}
"""What no reading at rest shows of these."""


def _missed(lacking: str) -> set[str]:
    strip = without_change_log if lacking == "change log" else without_effect_log
    found = [(finding(strip(spoil(clean())), invariant), spoil.__name__) for invariant, spoil in SPOILS]
    return {name for row, name in found if row.judged and row.verdict is not Verdict.INVALID}


def _unjudged(history: History) -> dict[str, str]:
    lacking = [row for row in run_checkers(history, Bounds()) if row.lacks and not row.judged]
    return {row.invariant: row.summary for row in lacking}


def test_without_a_change_log_all_is_found_but_what_only_the_service_can_know() -> None:
    assert _missed("change log") == INSIDE_ONLY


def test_without_an_effect_log_all_is_found_but_what_came_and_went_on_the_clusters() -> None:
    assert _missed("effect log") == ON_CLUSTERS_ONLY


def test_what_cannot_be_judged_names_the_log_that_is_missing() -> None:
    assert _unjudged(without_change_log(clean())) == dict.fromkeys(
        ("S10", "S11", "L4"), "not judged: no change log"
    ) | {"N1": "not judged: no change log and no notices"}
    assert _unjudged(without_effect_log(clean())) == {
        "S10": "not judged: no effect log",
        "N1": "not judged: no notices",
    }
    assert _unjudged(without_effect_log(without_change_log(clean())))["S10"] == (
        "not judged: no change log and no effect log"
    )


@pytest.mark.parametrize("strip", [without_change_log, without_effect_log])
def test_a_clean_history_is_valid_in_the_weaker_form_and_says_which_it_was(strip: object) -> None:
    assert callable(strip)
    found = run_checkers(strip(clean()), Bounds())
    assert verdict_of(found) is Verdict.VALID
    one = next(row for row in found if row.invariant == "S1")
    assert one.summary == f"holds (weaker form: no {one.lacks[0]})"


def test_a_share_that_outlives_its_delete_shows_without_a_change_log() -> None:
    """A delete was accepted and its record is gone, and the cluster made the share anew and kept it."""
    history = replace(
        without_change_log(clean()),
        ops=(*clean().ops, op(3, 5.0, OpKind.DELETE, key="k3")),
        effects=(*clean().effects, effect(2, 6.0, incarnation=2)),
        readings=(*without(clean(), side="api", round=2), reading("api", 2)),
    )
    assert [row.message for row in finding(history, "S8").anomalies] == [
        "north/a: was deleted, no record is left, and the share is there"
    ]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    return iter(())


_EFFECTS = frozenset({Need.EFFECT_LOG})
_TABLE = (
    Checker(invariant="X1", title="needs it", find=_find, needs=_EFFECTS),
    Checker(invariant="X2", title="is helped by it", find=_find, helped_by=_EFFECTS),
    Checker(invariant="X3", title="both", find=_find, needs=_EFFECTS, helped_by=_EFFECTS),
    Checker(invariant="X4", title="neither", find=_find, needs=frozenset({Need.READINGS})),
)


@pytest.mark.parametrize(
    ("history", "summary"),
    [
        (clean(), "judged from the service's change log and the clusters' effect logs"),
        (
            without_effect_log(clean()),
            "no effect log: X1, X3 not judged; X2 judged in a weaker form, which sees less, or nothing",
        ),
    ],
    ids=["both logs", "no effect log"],
)
def test_the_verdict_says_which_invariants_a_missing_log_concerns(history: History, summary: str) -> None:
    (found,) = run_checkers(history, Bounds(), (weaker_form(_TABLE),))
    assert found.summary == summary
