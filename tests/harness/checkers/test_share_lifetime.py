"""Lives: from the effect that made a share to the one that ended it, and the stretches that a life covers."""

import pytest

from harness.checkers.share_lifetime import ShareLifetime, lifetimes_of
from reports.history import Effect, EffectKind
from tests.harness.checkers.histories import effect


def _lifetimes(*effects: Effect) -> list[ShareLifetime]:
    return list(lifetimes_of(effects, lambda row: row.mark)["north"]["a"])


def test_a_second_birth_of_one_incarnation_completes_it() -> None:
    (lifetime,) = _lifetimes(effect(1, 2.0, EffectKind.HALF_CREATED), effect(2, 3.0))
    assert (lifetime.born.number, lifetime.completed, lifetime.died) == (1, 3.0, None)
    assert not lifetime.alive(2.5, 4.0)
    assert lifetime.alive(3.0, 4.0)


def test_lives_come_by_cluster_and_then_in_the_order_of_its_log() -> None:
    rows = (
        effect(3, 4.0, incarnation=2),
        effect(1, 1.0, name="b", cluster="east"),
        effect(2, 3.0, EffectKind.DELETED),
        effect(1, 2.0),
    )
    lifetimes = lifetimes_of(rows, lambda row: row.mark)
    assert list(lifetimes) == ["east", "north"]
    assert [(lifetime.incarnation, lifetime.died is not None) for lifetime in lifetimes["north"]["a"]] == [
        (1, True),
        (2, False),
    ]


@pytest.mark.parametrize(
    ("end", "covered"),
    [(None, True), (EffectKind.DELETED, False), (EffectKind.WIPED, True)],
    ids=["alive", "deleted", "wiped"],
)
def test_a_life_covers_a_stretch_that_it_outlasts_or_that_a_wipe_of_its_cluster_cut_short(
    end: EffectKind | None, covered: bool
) -> None:
    (lifetime,) = _lifetimes(effect(1, 2.0), *(() if end is None else (effect(2, 5.0, end),)))
    assert lifetime.covers(3.0, 9.0) is covered
    assert lifetime.covers(3.0, 5.0)
    assert not lifetime.covers(1.0, 1.5)


def test_a_life_that_a_wipe_had_ended_before_covers_nothing_after_it() -> None:
    (lifetime,) = _lifetimes(effect(1, 2.0), effect(2, 5.0, EffectKind.WIPED))
    assert not lifetime.covers(6.0, 9.0)


def test_a_share_is_alive_from_its_completion_to_its_end_both_included() -> None:
    (lifetime,) = _lifetimes(effect(1, 2.0), effect(2, 5.0, EffectKind.DELETED))
    spans = ((2.0, 5.0), (1.75, 5.0), (2.0, 5.25))
    assert [lifetime.alive(*span) for span in spans] == [True, False, False]
    assert [lifetime.covers(*span) for span in spans] == [True, False, False]
    assert _lifetimes(effect(1, 2.0))[0].alive(2.0, 9.0)


def test_a_wipe_excuses_from_the_instant_on_at_which_it_came() -> None:
    (lifetime,) = _lifetimes(effect(1, 2.0), effect(2, 5.0, EffectKind.WIPED))
    assert [lifetime.covers(since, 9.0) for since in (1.75, 2.0, 5.0, 5.25)] == [False, True, True, False]
    assert not lifetime.alive(2.0, 9.0)


def test_a_share_that_stays_half_made_is_never_alive() -> None:
    (lifetime,) = _lifetimes(effect(1, 2.0, EffectKind.HALF_CREATED))
    assert (lifetime.completed, lifetime.alive(3.0, 4.0), lifetime.covers(3.0, 4.0)) == (None, False, False)


@pytest.mark.parametrize(
    ("born", "end", "swept", "wiped"),
    [
        (effect(1, 2.0), None, False, False),
        (effect(1, 2.0, late=True), None, False, False),
        (effect(1, 2.0), EffectKind.DELETED, False, False),
        (effect(1, 2.0, late=True), EffectKind.DELETED, True, False),
        (effect(1, 2.0), EffectKind.WIPED, False, True),
    ],
)
def test_what_came_late_and_is_gone_was_swept_and_what_a_wipe_ended_was_wiped(
    born: Effect, end: EffectKind | None, swept: bool, wiped: bool
) -> None:
    (lifetime,) = _lifetimes(born, *(() if end is None else (effect(2, 5.0, end),)))
    assert (lifetime.swept, lifetime.lost) == (swept, wiped)


def test_what_somebody_else_made_is_foreign_and_whole() -> None:
    (foreign,) = _lifetimes(effect(1, 2.0, EffectKind.CREATED_BY_OTHERS))
    (own,) = _lifetimes(effect(1, 2.0))
    assert (foreign.is_foreign, foreign.completed, own.is_foreign) == (True, 2.0, False)


def test_effects_that_neither_make_nor_end_a_share_belong_to_no_life() -> None:
    assert _lifetimes(effect(1, 2.0, EffectKind.ALLOWED)) == []
    assert _lifetimes(effect(1, 2.0, EffectKind.DELETED)) == []
    (lifetime,) = _lifetimes(effect(1, 2.0), effect(2, 3.0, EffectKind.RESIZED), effect(3, 4.0, EffectKind.ALLOWED))
    assert (lifetime.completed, lifetime.died) == (2.0, None)
