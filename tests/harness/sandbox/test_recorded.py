"""Sessions by hand: each becomes a scenario that lints clean, plays, and breaks the same promises."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.lint import lint
from harness.mutants.table import MUTANTS
from harness.sandbox.findings import findings_at_rest
from harness.scenario.parse import parse_scenario
from harness.scenario.remark import Severity
from harness.virtual.runner import VirtualRunner
from reports.history import Purpose
from reports.verdicts import Verdict
from tests.harness.sandbox.hands import NOTIFIED, Hands, played_by_hand


async def _walk_a_share(hands: Hands) -> None:
    """From create to delete, with a look and a repeat."""
    assert await hands.ask("create") == "202"
    assert await hands.ask("create") == "409"
    await asyncio.sleep(3)
    assert await hands.ask("resize", size="2 GiB") == "202"
    await hands.post("/portal/1/again")
    await asyncio.sleep(3)
    assert await hands.ask("get") == "200"
    assert await hands.ask("delete") == "202"


async def _lose_a_reply_once(hands: Hands) -> None:
    await hands.post("/clusters/south/faults", kind="reply_lost", verbs='["create"]', **{"for": "once"})
    await hands.ask("create")


async def _reset_for_a_while(hands: Hands) -> None:
    await hands.post("/clusters/north/faults", kind="connection_reset", seconds="30s", **{"for": "while"})
    await hands.ask("create", "one", "north")
    await asyncio.sleep(4)
    await hands.ask("create", "two", "north")
    await hands.post("/clusters/slow/faults", kind="slow_service", **{"for": ""})
    await asyncio.sleep(2)
    await hands.post("/off", where="slow", label="slow_service")


async def _kill_and_pause(hands: Hands) -> None:
    await hands.post("/parts/processor/kill")
    await hands.ask("create")
    await asyncio.sleep(2)
    await hands.post("/parts/processor/start")
    await hands.post("/parts/api/pause")
    await hands.ask("create", "two")
    await hands.post("/parts/gateway/terminate")
    await asyncio.sleep(1)
    await hands.post("/heal")


async def _crash_and_disconnect(hands: Hands) -> None:
    await hands.ask("create", "one", "slow")
    await hands.post("/clusters/slow/crash", seconds="4s")
    await hands.ask("create", "two", "slow")
    await asyncio.sleep(6)
    await hands.post("/clusters/slow/disconnect")


async def _wipe(hands: Hands) -> None:
    await hands.ask("create")
    await asyncio.sleep(3)
    await hands.post("/clusters/south/wipe", seconds="3s")
    await asyncio.sleep(5)
    await hands.ask("resize", size="2 GiB")


async def _poison_links(hands: Hands) -> None:
    await hands.post("/links/client-gateway/toxics", kind="latency", latency="300ms")
    await hands.ask("create")
    await hands.post("/links/processor-south/toxics", kind="reset_peer", seconds="10s", **{"for": "while"})
    await hands.ask("create", "two")
    await hands.post("/links/gateway-api/toxics", kind="timeout", seconds="4s", **{"for": "while"})
    await hands.ask("create", "three")
    await hands.post("/off", where="client-gateway", label="latency")


async def _slow_down_under_load(hands: Hands) -> None:
    await hands.post("/clusters/slow/speed", factor="5", base="")
    await hands.post("/load/on")
    await asyncio.sleep(6)
    await hands.post("/load/off")
    await hands.post("/clusters/slow/speed", factor="1", base="")


async def _delete_while_pending(hands: Hands) -> None:
    await _lose_a_reply_once(hands)
    await asyncio.sleep(1)
    await hands.ask("delete")


async def _hold_a_cluster(hands: Hands) -> None:
    await hands.post("/queue/hold", where="south", kind="drain", seconds="", reason="by hand")
    await hands.ask("create")
    await asyncio.sleep(5)
    await hands.post("/queue/lift/south")
    await hands.post("/queue/hold", where="north", kind="pause", seconds="4s", reason="by hand")
    await hands.ask("create", "one", "north")


async def _upset_the_inbox(hands: Hands) -> None:
    await hands.post("/inbox/rules", kind="webhook", action="reject", left="2")
    await hands.ask("create")
    await asyncio.sleep(6)
    await hands.post("/inbox/rules", kind="webhook", action="delay", seconds="500ms")
    await hands.ask("create", "two")
    await asyncio.sleep(5)
    await hands.post("/inbox/off", number="2")
    await hands.post("/inbox/rules", kind="webhook", action="repeat", left="1")
    await hands.ask("delete", "two")


async def _repeat_a_create(hands: Hands) -> None:
    await hands.ask("create")
    await asyncio.sleep(4)
    await hands.post("/portal/1/again")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    hands: Callable[[Hands], Awaitable[None]]
    bug: str | None = None
    breaks: tuple[str, ...] = ()
    links: bool = False
    text: str = ""


SESSIONS = {
    "a share from create to delete": _Session(hands=_walk_a_share),
    "resets and slow commands for a while": _Session(hands=_reset_for_a_while),
    "parts killed, paused and terminated": _Session(hands=_kill_and_pause),
    "a cluster crashed and disconnected": _Session(hands=_crash_and_disconnect),
    "a cluster wiped": _Session(hands=_wipe),
    "toxics on three links": _Session(hands=_poison_links, links=True),
    "clusters held up": _Session(hands=_hold_a_cluster),
    "an inbox that rejects, delays and repeats": _Session(hands=_upset_the_inbox, text=NOTIFIED),
    "a slow cluster under load": _Session(hands=_slow_down_under_load),
    "a pipeline that fails on silence": _Session(hands=_lose_a_reply_once, bug="fails_on_silence", breaks=("S7",)),
    "a pipeline that deletes what is pending": _Session(
        hands=_delete_while_pending, bug="allows_on_pending", breaks=("S4", "S12")
    ),
    "a pipeline that ignores keys": _Session(hands=_repeat_a_create, bug="ignores_keys", breaks=("S6",)),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_becomes_a_scenario_that_breaks_the_same_promises(name: str, tmp_path: Path) -> None:
    session = SESSIONS[name]

    async def play(hands: Hands) -> tuple[str, set[str], int]:
        await asyncio.sleep(1.5)
        await session.hands(hands)
        broken = await hands.at_rest()
        text = (await hands.page.get("/scenario.toml")).text
        asked = [op for op in hands.sandbox.recorder.ops if op.purpose is not Purpose.POLL]
        return text, broken, len(asked)

    text, broken, asked = played_by_hand(play, tmp_path, bug=session.bug, links=session.links, text=session.text)
    assert set(session.breaks) <= broken
    assert bool(broken) is bool(session.breaks)
    saved = parse_scenario(text, "saved.toml")
    assert [str(row) for row in lint(saved) if row.severity is not Severity.NOTE] == []
    assert len(saved.workload.requests) == asked
    overrides = {} if session.bug is None else MUTANTS[session.bug].overrides
    played = VirtualRunner(overrides=overrides, sampled=False).run_now(saved, seed=saved.seed)
    again = {row.invariant for row in findings_at_rest(saved, played) if row.verdict is Verdict.INVALID}
    assert again == broken


def test_what_the_inbox_did_strikes_again_in_the_scenario(tmp_path: Path) -> None:
    async def play(hands: Hands) -> str:
        await _upset_the_inbox(hands)
        await hands.at_rest()
        return (await hands.page.get("/scenario.toml")).text

    saved = parse_scenario(played_by_hand(play, tmp_path, text=NOTIFIED), "saved.toml")
    spelled = [(str(row.kind), str(row.selector.by), row.selector.first) for row in saved.receivers]
    assert spelled == [
        ("rejected_notice", "webhook", 2),
        ("delayed_notice", "webhook", None),
        ("repeated_notice", "webhook", 1),
    ]
    assert saved.receivers[1].parameters.delay == 0.5
    struck = Counter(row.fault for row in VirtualRunner(sampled=False).run_now(saved, seed=1).history.injections)
    assert (struck["rejected_notice"], struck["repeated_notice"]) == (2, 1)
    assert struck["delayed_notice"] >= 1


@pytest.mark.parametrize(
    ("bug", "name", "kinds", "invariant"),
    [
        ("fails_without_cause", "größe", ("create",), "L5"),
        ("api_removes", "one", ("create", "delete"), "S11"),
    ],
)
def test_a_seeded_bug_turns_the_badge_within_ten_seconds_of_what_it_did(
    bug: str, name: str, kinds: tuple[str, ...], invariant: str, tmp_path: Path
) -> None:
    async def play(hands: Hands) -> str:
        for kind in kinds:
            await asyncio.sleep(4)
            await hands.ask(kind, name)
        async with asyncio.timeout(10 + 4):  # four seconds for the command itself
            while invariant not in (await hands.verdict())["broken"]:
                await asyncio.sleep(0.5)
        return (await hands.page.get("/")).text

    page = played_by_hand(play, tmp_path, bug=bug)
    assert '<details class="broken" id="broken" open><summary>' in page
    assert f"{invariant} " in page.partition('id="broken"')[2].partition("</details>")[0]
