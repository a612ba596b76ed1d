"""V1 says why what a scenario calls for did not strike."""

import pytest

from harness.checkers.history_index import Bounds
from harness.scenario.parse import parse_scenario
from reports.history import History, NemesisAction
from reports.verdicts import Verdict
from tests.harness.checkers.histories import attempt, finding

_BASE = """\
# A load on two clusters.
title = "Strikes"
[workload]
rate = 5
duration = "20s"
[clusters.north]
[clusters.south]
capabilities = ["mark"]
"""
_HISTORY = History(
    attempts=tuple(attempt(number, float(number), verb="show" if number % 2 else "create") for number in range(15)),
    nemesis=(NemesisAction(number=1, at=9.0, action="skip", target="north", detail="it was down when crash was due"),),
)


def fault(kind: str, *lines: str) -> str:
    return "\n".join(["[[faults]]", f'kind = "{kind}"', *lines, "[expect]", f"{kind} = 1"])


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (
            fault("auth_stall", 'between = ["7500ms", "12500ms"]'),
            "no new connection was opened in its window (7.5s to 12.5s): 5 commands went over connections that were",
        ),
        (
            fault("kex_stall", "every = 3"),
            "no new connection that it chooses (one of every 3) was opened in its window",
        ),
        (fault("hang", 'clusters = ["south"]'), "nothing was sent to south in its window (0s to 20s)"),
        (fault("hang", 'between = ["16s", "18s"]'), "nothing was sent to north, south in its window (16s to 18s)"),
        (fault("hang", 'between = ["20s", "25s"]'), "it begins at 20s, and the load was over at 20s"),
        (
            fault("hang", 'verbs = ["resize"]'),
            "no resize was sent to north, south in its window (0s to 20s); sent were",
        ),
        (fault("hang", 'verbs = ["deny"]', 'clusters = ["south"]'), "nothing was sent to south"),
        (fault("hang", 'keys = ["b*"]'), "15 commands matched in its window (0s to 20s), none about a share called b*"),
        (
            fault("hang", 'verbs = ["create"]', "probability = 0.01"),
            "8 commands matched in its window (0s to 20s), of which it chooses each with probability 0.01",
        ),
        (
            fault("hang", "attempts = [7]"),
            "15 commands matched in its window (0s to 20s), of which it chooses only try 7",
        ),
        (fault("channel_refused", "every = 40"), "15 commands had channels opened in its window (0s to 20s), of which"),
        (
            '[[toxics]]\nkind = "reset_peer"\nlink = "client-gateway"\nbetween = [1, 2]\n[expect]\nreset_peer = 1',
            "no connection on client-gateway met it in its window (1s to 2s)",
        ),
        (
            '[[deliveries]]\nkind = "lost_delivery"\nnth = 90\n[expect]\nlost_delivery = 1',
            "message 90 was not taken in its window (0s to 20s)",
        ),
        (
            '[[nemesis]]\nat = "9s"\nkind = "crash"\ntarget = "north"\n[expect]\ncrash = 1',
            "north: it was down when crash was due",
        ),
        (
            '[[nemesis]]\nat = "21s"\nkind = "crash"\ntarget = "north"\n[expect]\ncrash = 1',
            "crash north was due at 21s, and the load was over at 20s",
        ),
        (
            '[[nemesis]]\nat = "9s"\nkind = "disconnect"\ntarget = "south"\n[expect]\ndisconnect = 1',
            "disconnect south was not carried out",
        ),
    ],
)
def test_the_verdict_says_why_nothing_struck(more: str, why: str) -> None:
    scenario = parse_scenario(_BASE + more, "x.toml")
    (wanted,) = scenario.expect
    found = finding(_HISTORY, "V1", Bounds(expect=scenario.expect, load_ends=20.0, scenario=scenario))
    assert found.verdict is Verdict.UNKNOWN
    assert f"{wanted} struck 0 times, the scenario asks for 1: {why}" in found.summary


def test_a_command_that_a_cluster_does_not_know_is_named() -> None:
    scenario = parse_scenario(_BASE + fault("hang", 'verbs = ["deny"]', 'clusters = ["south"]'), "x.toml")
    sent = tuple(attempt(number, float(number), location="south") for number in range(3))
    bounds = Bounds(expect=scenario.expect, load_ends=20.0, scenario=scenario)
    assert "south does not know deny" in finding(History(attempts=sent), "V1", bounds).summary
