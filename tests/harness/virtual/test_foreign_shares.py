"""Shares of others that are on a cluster before a run: known to the checkers, untouched, reported by the sweeper."""

from collections.abc import Callable

import pytest

from connector.values import replace
from fake_clusters.spec import InitialShare
from harness.model.runner import ModelRunner
from harness.mutants.sweeps_foreign import OVERRIDES
from harness.run.result import RunResult
from harness.scenario.nemesis_kinds import NemesisStep, WhichShare, add_share, remove_share
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
from harness.virtual.runner import VirtualRunner
from pipeline.settings import SweeperSettings
from reports.history import EffectKind
from tests.harness.live.scenes import calm, invalid

OTHER = InitialShare(name="of-others", size=1 << 30, mark="spool/0123456789abcdef/id")
BY_HAND = InitialShare(name="by-hand", size=5)
PLAYS: dict[str, Callable[[Scenario], RunResult]] = {
    "virtual": lambda scenario: VirtualRunner().run_now(scenario, seed=2),
    "virtual-ssh": lambda scenario: VirtualRunner(ssh=True).run_now(scenario, seed=2),
    "model": lambda scenario: ModelRunner().run_now(scenario, seed=2),
}


def beside_others() -> Scenario:
    base = calm()
    clusters = tuple(replace(cluster, shares=(OTHER, BY_HAND)) for cluster in base.clusters)
    sweeper = SweeperSettings(every=0.5, grace=1.0)
    return replace(base, clusters=clusters, pipeline=settings_of(base).model_copy(update={"sweeper": sweeper}))


@pytest.mark.parametrize("world", PLAYS)
def test_what_others_have_on_a_cluster_stays_as_it_is(world: str) -> None:
    scenario = beside_others()
    played = PLAYS[world](scenario)
    assert invalid(scenario, played) == {}
    for reading in played.history.readings:
        if reading.side != "api":
            names = {share.name for share in reading.shares}
            assert names >= {"of-others", "by-hand"}, reading.round


def test_the_sweeper_reports_them_in_the_notes_of_the_run() -> None:
    notes = VirtualRunner().run_now(beside_others(), seed=2).notes
    [note] = [note for note in notes if "foreign-store" in note and "on north" in note]
    assert "of-others" in note
    assert "was made by the store 0123456789abcdef" in note


def test_a_sweeper_that_takes_them_breaks_l2() -> None:
    scenario = beside_others()
    played = VirtualRunner(overrides={Role.PROCESSOR: OVERRIDES}).run_now(scenario, seed=2)
    assert "L2" in invalid(scenario, played)


def by_hand(*steps: NemesisStep) -> Scenario:
    base = beside_others()
    return replace(base, nemesis=steps, expect={"remove_share": 2, "add_share": 1})


@pytest.mark.parametrize("world", PLAYS)
def test_what_is_done_by_hand_is_not_held_against_the_service(world: str) -> None:
    """The newest share is one of the load's, the oldest was there before; what is added stays."""
    steps = (
        remove_share("north", at=2.0),
        remove_share("north", at=2.5, which=WhichShare.OLDEST),
        add_share("north", at=3.0, share="added"),
    )
    scenario = by_hand(*steps)
    played = PLAYS[world](scenario)
    assert invalid(scenario, played) == {}
    removed = [row.name for row in played.history.effects if row.kind is EffectKind.DELETED_BY_OTHERS]
    assert removed[1] == OTHER.name
    assert removed[0] not in {OTHER.name, BY_HAND.name}
    [note] = [note for note in played.notes if note.startswith("removed by hand on north")]
    assert all(name in note for name in removed)
    last = [reading for reading in played.history.readings if reading.side == "north"][-1]
    assert "added" in {share.name for share in last.shares}


def test_hands_that_find_nothing_to_do_are_skipped() -> None:
    step = add_share("north", at=1.0, share=BY_HAND.name)
    played = VirtualRunner().run_now(by_hand(step), seed=2)
    skipped = [row.detail for row in played.history.nemesis if row.action == "skip"]
    assert skipped == ["it held a share by-hand already"]
