"""Time is turned back: what was at an instant is told from the history up to it alone."""

import asyncio
from pathlib import Path

from harness.sandbox.past import past_of
from reports.history import EffectKind, History, OpResult
from tests.harness.sandbox.hands import Hands, played_by_hand
from tests.harness.sandbox.rows import change, command, effect, nemesis

HISTORY = History(
    changes=(
        change(1, 10.0, None, "pending"),
        change(2, 20.0, "pending", "active"),
        change(3, 30.0, "active", "deleting"),
        change(4, 40.0, "deleting", None),
    ),
    attempts=(command(1, 11.0, 13.0, OpResult.INFO), command(2, 18.0, 19.0), command(3, 31.0, 39.0, verb="delete")),
    effects=(effect(1, 12.0), effect(2, 38.0, EffectKind.DELETED)),
    nemesis=(
        nemesis(1, 10.0, "kill", "processor"),
        nemesis(2, 15.0, "fault-on", "north"),
        nemesis(3, 25.0, "restart", "processor"),
        nemesis(4, 35.0, "fault-off", "north"),
    ),
)


def _told(at: float) -> tuple[list[str], bool, int, int, list[str]]:
    past = past_of(HISTORY, (at - 10.0) / 90.0, now=100.0, clusters=["north"])
    (cluster,) = past.clusters
    return (
        [row.state for row in past.shares],
        bool(past.unclear),
        cluster.shares,
        cluster.under_way,
        list(past.broken),
    )


def test_each_instant_has_its_shares_its_clusters_and_what_was_broken() -> None:
    assert _told(10.0) == (["pending"], False, 0, 0, ["kill processor"])
    assert _told(12.5) == (["pending"], False, 1, 1, ["kill processor"])
    assert _told(16.0) == (["pending"], True, 1, 0, ["kill processor", "fault-on north"])
    assert _told(24.0) == (["active"], False, 1, 0, ["kill processor", "fault-on north"])
    assert _told(32.0) == (["deleting"], False, 1, 1, ["fault-on north"])
    assert _told(50.0) == (["removed"], False, 0, 0, [])


def test_where_nothing_happened_yet_there_is_only_now() -> None:
    past = past_of(History(), 0.5, now=7.0, clusters=["north"])
    assert (past.at, list(past.shares), [row.shares for row in past.clusters]) == (7.0, [], [0])


def test_the_page_shows_what_was_before_a_share_was_there(tmp_path: Path) -> None:
    async def play(hands: Hands) -> list[str]:
        await hands.post("/parts/processor/kill")
        await asyncio.sleep(1)
        await hands.ask("create", "early")
        await hands.post("/parts/processor/start")
        await asyncio.sleep(10)
        await hands.ask("create", "late")
        await asyncio.sleep(5)
        answers = [await hands.page.get("/past", params={"part": part}) for part in ("0", "500", "1000", "1001", "")]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 422, 422]
        return [answer.text for answer in answers]

    begin, middle, now, *_ = played_by_hand(play, tmp_path)
    assert "south/early" not in begin
    assert "kill processor" in begin
    assert ("south/early" in middle, "south/late" in middle) == (True, False)
    assert ("south/early" in now, "south/late" in now) == (True, True)
    assert "Nothing was broken by hand" in now
