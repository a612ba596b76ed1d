"""How soon another processor takes up the work of one that is asked to end, or is killed."""

import pytest

from connector.values import replace
from harness.scenario.nemesis_kinds import NemesisKind, kill, terminate
from harness.scenario.parse import parse_scenario
from harness.virtual.runner import VirtualRunner
from reports.history import Attempt, History
from tests.harness.live.scenes import invalid

TWO = """
title = "Two processors, and a cluster that takes its time"
settle = "90s"

[workload]
rate = 2
duration = "12s"

[client]
poll_deadline = "90s"

[pipeline.processor]
processes = 2

[clusters.north]
profile = { default = "20ms", service = { create = "SERVICE" } }
"""
AT = 4.0
SCAN, GRACE, LEASE = 1.0, 3.0, 30.0
"""The settings' defaults, in seconds."""


def played(service: str, kind: NemesisKind) -> History:
    scenario = parse_scenario(TWO.replace("SERVICE", service), "two.toml")
    step = (kill if kind is NemesisKind.KILL else terminate)("processor", at=AT, duration=60.0)
    scenario = replace(scenario, nemesis=(step,))
    result = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert invalid(scenario, result) == {}
    return result.history


def second_claims(history: History) -> list[float]:
    """When those began that another processor took up."""
    rows: dict[tuple[str | None, int | None], Attempt] = {}
    for row in history.attempts:
        if row.is_command and row.fence is not None:
            rows.setdefault((row.share, row.fence), row)
    return sorted(row.began_at for (_, fence), row in rows.items() if fence == 2)


def test_what_a_processor_cannot_finish_in_its_grace_is_taken_up_within_a_scan_of_its_end() -> None:
    taken_up = second_claims(played("4s", NemesisKind.TERMINATE))
    assert taken_up
    assert AT + GRACE <= min(taken_up) <= max(taken_up) <= AT + GRACE + SCAN


def test_what_it_finishes_in_its_grace_is_taken_up_by_nobody() -> None:
    assert second_claims(played("1s", NemesisKind.TERMINATE)) == []


@pytest.mark.parametrize("service", ["20ms", "1s"])
def test_new_work_waits_for_no_processor_that_is_asked_to_end(service: str) -> None:
    history = played(service, NemesisKind.TERMINATE)
    begun = {row.share: row.began_at for row in reversed(history.attempts) if row.is_command and row.share}
    waits = [begun[row.share] - row.at for row in history.changes if row.before is None and row.at >= AT]
    assert max(waits) <= SCAN


def test_the_work_of_one_that_is_killed_is_taken_up_within_a_scan_of_the_end_of_its_leases() -> None:
    taken_up = second_claims(played("4s", NemesisKind.KILL))
    assert taken_up
    assert max(taken_up) <= AT + LEASE + SCAN
