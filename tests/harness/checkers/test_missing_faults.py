"""V1 says why what a scenario calls for did not strike."""

import pytest

from connector.operations import Verb
from connector.sites import Site
from connector.values import replace
from harness.checkers.history_index import Bounds
from harness.scenario.parse import parse_scenario
from reports.history import Attempt, EffectKind, History, Hop, Injection, NemesisAction
from reports.verdicts import Verdict
from tests.harness.checkers.histories import attempt, effect, finding

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


def _why(more: str, *attempts: Attempt, nemesis: tuple[NemesisAction, ...] = ()) -> str:
    """The whole reason, for a run in which the clusters got these commands."""
    scenario = parse_scenario(_BASE + more, "x.toml")
    (wanted,) = scenario.expect
    history = History(attempts=attempts, nemesis=nemesis)
    found = finding(history, "V1", Bounds(expect=scenario.expect, load_ends=20.0, scenario=scenario))
    return found.summary.partition(f"{wanted} struck 0 times, the scenario asks for 1")[2].removeprefix(": ")


def _sent(*instants: float, **fields: object) -> tuple[Attempt, ...]:
    return tuple(attempt(number, at, **fields) for number, at in enumerate(instants))


_HANG = fault("hang", 'between = ["7s", "12s"]')


@pytest.mark.parametrize(
    ("more", "attempts", "why"),
    [
        (_HANG, _sent(7.0, 12.0), "1 command matched in its window (7s to 12s), and it changed none of them"),
        (_HANG, _sent(6.75, 12.0), "nothing was sent to north, south in its window (7s to 12s)"),
        (_HANG, _sent(8.0, hop=Hop.CLIENT), "nothing was sent to north, south in its window (7s to 12s)"),
        (_HANG, _sent(8.0, location="west"), "nothing was sent to north, south in its window (7s to 12s)"),
        (
            fault("hang", 'clusters = ["south"]'),
            _sent(8.0) + _sent(9.0, location="south"),
            "1 command matched in its window (0s to 20s), and it changed none of them",
        ),
        (
            fault("hang", 'between = ["18s", "30s"]'),
            _sent(19.0),
            "1 command matched in its window (18s to 20s), and it changed none of them",
        ),
        (
            fault("auth_stall"),
            _sent(8.0),
            "no new connection was opened in its window (0s to 20s): 1 command went over connections that were open",
        ),
        (
            fault("channel_refused"),
            _sent(8.0),
            "1 command had channels opened in its window (0s to 20s), and it changed none of them",
        ),
        (
            fault("hang", 'verbs = ["resize"]', 'clusters = ["north"]'),
            _sent(8.0) + _sent(9.0, verb="show"),
            "no resize was sent to north in its window (0s to 20s); sent were create, show",
        ),
        (
            fault("hang", 'verbs = ["deny", "resize"]', 'clusters = ["south"]'),
            _sent(8.0, location="south"),
            "no deny or resize was sent to south in its window (0s to 20s); sent were create",
        ),
        (
            fault("hang", 'verbs = ["deny"]', 'clusters = ["south"]'),
            _sent(8.0, location="south"),
            "south does not know deny",
        ),
        (
            fault("hang", 'verbs = ["deny"]'),
            _sent(8.0, location="south"),
            "no deny was sent to north, south in its window (0s to 20s); sent were create",
        ),
        (
            fault("hang", 'keys = ["b*", "c*"]'),
            _sent(8.0) + _sent(9.0, name="cat"),
            "1 command matched in its window (0s to 20s), and it changed none of them",
        ),
        (
            fault("hang", "attempts = [7, 9]", "first = 3", "probability = 0.5"),
            _sent(8.0),
            (
                "1 command matched in its window (0s to 20s), of which it chooses only try 7, 9, the first 3,"
                " each with probability 0.5"
            ),
        ),
        (
            (
                '[[faults]]\nkind = "hang"\nlabel = "one"\n[[faults]]\nkind = "hang"\nlabel = "two"\n'
                'clusters = ["south"]\n[[faults]]\nkind = "auth_stall"\n[expect]\nhang = 1'
            ),
            _sent(8.0),
            (
                "1 command matched in its window (0s to 20s), and it changed none of them;"
                " nothing was sent to south in its window (0s to 20s)"
            ),
        ),
        (
            '[[faults]]\nkind = "hang"\nlabel = "one"\n[[faults]]\nkind = "hang"\nlabel = "two"\n[expect]\none = 1',
            (),
            "nothing was sent to north, south in its window (0s to 20s)",
        ),
    ],
)
def test_the_reason_looks_at_what_was_sent_in_the_window_and_matched(
    more: str, attempts: tuple[Attempt, ...], why: str
) -> None:
    assert _why(more, *attempts) == why


_REPLY_LOST = fault("reply_lost", 'between = ["1s", "13s"]', 'verbs = ["create", "delete"]', "probability = 0.05")


def test_without_a_command_log_the_reason_counts_the_effects_and_claims_no_more() -> None:
    deleted = EffectKind.DELETED
    effects = (
        effect(1, 0.5),
        effect(2, 2.0),
        effect(3, 3.0, EffectKind.HALF_CREATED),
        effect(4, 4.0, request_id="request-3"),
        effect(5, 5.0, deleted),
        effect(6, 6.0, EffectKind.RESIZED),
        effect(7, 7.0, EffectKind.CREATED_BY_OTHERS),
        effect(8, 14.0),
        effect(9, 1.0),
        effect(10, 13.0),
    )
    hang = Injection(
        number=1, at=4.0, fault="hang", label="hang", cluster="north", site=Site.CONNECTOR_REPLY, verb=Verb.CREATE
    )
    others = (replace(hang, number=2, verb=Verb.RESIZE), *(replace(hang, number=3, at=at) for at in (1.0, 13.0)))
    scenario = parse_scenario(_BASE + _REPLY_LOST, "x.toml")
    history = History(effects=effects, injections=(hang, *others), has_commands=False)
    bounds = Bounds(expect=scenario.expect, load_ends=20.0, scenario=scenario)
    assert finding(history, "V1", bounds).summary.endswith(
        "the scenario asks for 1: 4 commands (create, delete) had effects on north, south in its window (1s to 13s); "
        "other faults struck 2 times; it chooses each with probability 0.05; "
        "the service has no command log, so what else was sent is not known"
    )


_TOXIC = '[[toxics]]\nkind = "reset_peer"\nlink = "client-gateway"\n'
_DELIVERY = '[[deliveries]]\nkind = "lost_delivery"\n'


def _toxic(*lines: str, expect: str = "reset_peer") -> str:
    return "\n".join([_TOXIC, *lines, "[expect]", f"{expect} = 1"])


def _delivery(*lines: str, expect: str = "lost_delivery") -> str:
    return "\n".join([_DELIVERY, *lines, "[expect]", f"{expect} = 1"])


def _step(kind: str, target: str, at: str = "9s") -> str:
    return f'[[nemesis]]\nat = "{at}"\nkind = "{kind}"\ntarget = "{target}"\n[expect]\n{kind} = 1'


def _acted(action: str, target: str, detail: str = "") -> NemesisAction:
    return NemesisAction(number=1, at=9.0, action=action, target=target, detail=detail)


@pytest.mark.parametrize(
    ("more", "nemesis", "why"),
    [
        (
            _toxic("between = [1, 2]"),
            (),
            "no connection on client-gateway met it in its window (1s to 2s), or this world has no such link",
        ),
        (
            _toxic("between = [1, 30]", "toxicity = 0.5", 'label = "half"', expect="half"),
            (),
            (
                "no connection that it selects (50%) on client-gateway met it in its window (1s to 20s),"
                " or this world has no such link"
            ),
        ),
        (_toxic("between = [20, 30]"), (), "it begins at 20s, and the load was over at 20s"),
        (_TOXIC + fault("hang"), (), "nothing was sent to north, south in its window (0s to 20s)"),
        (
            _delivery("nth = 90"),
            (),
            "message 90 was not taken in its window (0s to 20s), or this world delivers no messages",
        ),
        (
            _delivery("probability = 0.5", "between = [1, 2]", 'label = "some"', expect="some"),
            (),
            "a message that it chooses was not taken in its window (1s to 2s), or this world delivers no messages",
        ),
        (_delivery("nth = 1", "between = [20, 30]"), (), "it begins at 20s, and the load was over at 20s"),
        (_DELIVERY + "nth = 1\n" + fault("hang"), (), "nothing was sent to north, south in its window (0s to 20s)"),
        (_step("crash", "north", "20s"), (), "crash north was due at 20s, and the load was over at 20s"),
        (_step("crash", "north"), (_acted("skip", "north", "it was down"),), "north: it was down"),
        (
            _step("crash", "north"),
            (_acted("skip", "south", "it was down"),),
            "crash north was not carried out: not in this world, or its call never came",
        ),
        (
            _step("disconnect", "south"),
            (_acted("heal", "south"),),
            "disconnect south was not carried out: not in this world, or its call never came",
        ),
    ],
)
def test_the_reason_for_toxics_deliveries_and_steps_says_what_they_waited_for(
    more: str, nemesis: tuple[NemesisAction, ...], why: str
) -> None:
    assert _why(more, nemesis=nemesis) == why
