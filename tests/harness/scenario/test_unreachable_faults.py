"""Lint names faults that cannot strike: on pooled connections, on commands that are not sent, where no load is."""

import pytest

from fake_clusters.faults import FAULTS
from fake_clusters.plans import ConnectionPlan
from harness.lint import lint
from harness.scenario.parse import parse_scenario

_BASE = """\
# A load on two clusters.
title = "Strikes"

[workload]
rate = 5
duration = "20s"

[clusters.north]

[clusters.south]
"""
_DISCONNECT = """
[[nemesis]]
at = "8s"
kind = "disconnect"
target = "north"
"""
_OF_CONNECTIONS = [name for name, kind in FAULTS.items() if kind.plan is ConnectionPlan]


def remarks(more: str, base: str = _BASE) -> dict[str, str]:
    return {each.problem.key: each.problem.message for each in lint(parse_scenario(base + more, "x.toml"))}


def fault(kind: str, *lines: str) -> str:
    return "\n".join(["[[faults]]", f'kind = "{kind}"', *lines]) + "\n"


WINDOW = 'between = ["7500ms", "12500ms"]'


@pytest.mark.parametrize("kind", _OF_CONNECTIONS)
def test_a_fault_of_new_connections_that_comes_when_the_pool_has_its_own_is_warned_of(kind: str) -> None:
    assert "it may never apply" in remarks(fault(kind, WINDOW))["faults[0]"]
    assert remarks(fault(kind)) == {}
    assert remarks(fault(kind, 'between = ["0s", "5s"]')) == {}


def test_it_is_not_where_something_opens_connections_anew_in_its_window() -> None:
    stall = fault("auth_stall", WINDOW, 'clusters = ["north"]')
    for more in (
        _DISCONNECT,
        _DISCONNECT.replace("disconnect", "crash"),
        _DISCONNECT.replace("disconnect", "kill").replace('"north"', '"processor"'),
        fault("disconnect_after", 'between = ["8s", "9s"]'),
        '[[toxics]]\nkind = "reset_peer"\nlink = "processor-*"\nbetween = ["8s", "9s"]\n',
    ):
        assert "faults[0]" not in remarks(stall + more), more
    for more in (
        "",
        _DISCONNECT.replace("8s", "3s"),
        _DISCONNECT.replace('"north"', '"south"'),
        _DISCONNECT.replace("disconnect", "kill").replace('"north"', '"gateway"'),
        fault("reply_lost", 'verbs = ["create"]'),
    ):
        assert "faults[0]" in remarks(stall + more), more


@pytest.mark.parametrize(
    ("lines", "key", "reason"),
    [
        (('verbs = ["resize"]',), "faults[0].verbs", "this load sends none"),
        (('verbs = ["snapshot-create"]',), "faults[0].verbs", "this load sends none"),
        (('verbs = ["delete"]',), "faults[0].verbs", "only the cleanup of failed creates"),
        (('verbs = ["create"]', "attempts = [6]"), "faults[0].attempts", "none is made after attempt 5"),
    ],
)
def test_a_fault_of_commands_that_are_not_sent_is_warned_of(lines: tuple[str, ...], key: str, reason: str) -> None:
    assert reason in remarks(fault("hang", *lines))[key]


def test_what_a_load_and_a_design_send_is_not_warned_of() -> None:
    for verb in ("create", "show", "list", "capabilities"):
        assert remarks(fault("hang", f'verbs = ["{verb}"]')) == {}
    blocking = _BASE + '[pipeline]\ndesign = "blocking"\n'
    for verb in ("show", "list"):
        assert "sends none" in remarks(fault("hang", f'verbs = ["{verb}"]'), blocking)["faults[0].verbs"]


def test_a_verb_that_a_cluster_does_not_know_is_named() -> None:
    plain = _BASE.replace("[clusters.south]", '[clusters.south]\ncapabilities = ["mark"]')
    found = remarks(fault("hang", 'verbs = ["deny"]', 'clusters = ["south"]'), plain)
    assert found["faults[0].verbs"] == "'hang' is for deny, which south does not support"


def test_a_cluster_without_load_is_named() -> None:
    weighed = _BASE.replace('duration = "20s"', 'duration = "20s"\nlocations = { north = 1 }')
    found = remarks(fault("hang", 'clusters = ["south"]'), weighed)
    assert "which gets no load" in found["faults[0].clusters"]
    assert remarks(fault("hang", 'clusters = ["north"]'), weighed) == {}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (fault("read_only", 'between = ["0s", "60s"]'), "faults[0]"),
        ('[[toxics]]\nkind = "reset_peer"\nlink = "client-gateway"\nbetween = ["0s", "60s"]\n', "toxics[0]"),
        ('[[deliveries]]\nkind = "lost_delivery"\nbetween = ["0s", "60s"]\n', "deliveries[0]"),
        ('[[clusters.south.latency_phases]]\nkind = "outage"\nbetween = ["0s", "60s"]\n', "clusters.south"),
        (_DISCONNECT.replace("disconnect", "crash") + 'duration = "20s"\n', "nemesis[0].duration"),
    ],
)
def test_what_is_meant_to_last_beyond_the_load_is_warned_of(more: str, key: str) -> None:
    assert "the load" in remarks(more)[key]
    assert remarks(more.replace("60s", "20s").replace('duration = "20s"', 'duration = "2s"')) == {}


def test_what_has_no_end_is_meant_to_last_as_long_as_the_load() -> None:
    assert remarks(fault("read_only")) == {}
