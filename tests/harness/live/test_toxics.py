"""Toxics on every link of a live run: they strike, are told with their link, and cost no share."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from connector.values import replace
from fake_clusters.rules.rule import Window
from harness.live.runner import LiveRunner
from harness.toxics.latency import LATENCY
from harness.toxics.partition import PARTITION
from harness.toxics.reset_peer import RESET_PEER
from harness.toxics.rule import ToxicRule
from harness.toxics.toxic import Direction, LinkSelector, ToxicKind
from tests.harness.live.scenes import calm, invalid

pytestmark = pytest.mark.slow


def _rule(
    kind: ToxicKind,
    link: str,
    label: str,
    *,
    begins: float = 0.0,
    ends: float = 9.0,
    direction: Direction | None = None,
    **parameters: Any,
) -> ToxicRule:
    return ToxicRule(
        label=label,
        kind=kind,
        parameters=kind.parameters(**parameters),
        selector=LinkSelector(link=link, direction=direction),
        window=Window(begins=begins, ends=ends),
    )


async def test_a_run_with_toxics_on_every_link_is_valid_and_says_what_struck() -> None:
    scenario = replace(
        calm(3.0),
        toxics=(
            _rule(LATENCY, "client-gateway", "far client", direction=Direction.BOTH, latency=0.01),
            _rule(LATENCY, "gateway-api", "far api", latency=0.01),
            _rule(LATENCY, "processor-*", "far clusters", latency=0.005),
            _rule(PARTITION, "processor-south", "cut", begins=1.0, ends=2.0),
            _rule(RESET_PEER, "processor-north", "torn", begins=1.0, timeout=0.3),
        ),
        expect={"far client": 1, "far api": 1, "far clusters": 2, "cut": 1, "torn": 1, "reset_peer": 1},
    )
    played = await LiveRunner().run(scenario, seed=13)
    assert invalid(scenario, played) == {}
    history = played.history
    where = {label: {row.cluster for row in history.injections if row.label == label} for label in scenario.expect}
    assert where["far client"] == {"client-gateway"}
    assert where["far api"] == {"gateway-api"}
    assert where["far clusters"] == {"north", "south"}
    assert (where["cut"], where["torn"]) == ({"south"}, {"north"})
    turns = Counter(row.action for row in history.nemesis)
    assert turns["toxic-on"] == turns["toxic-off"] == 6
    assert {"cut", "far api"} <= {span.name for span in played.phases}
    assert not [note for note in played.notes if "relay" in note]


async def test_toxics_and_clusters_are_changed_by_hand_while_a_run_lasts_and_healed_with_the_rest(
    tmp_path: Path,
) -> None:
    scenario = calm(2.0)
    file = tmp_path / "a dmin.json"
    cut = asyncio.Event()

    async def break_by_hand() -> None:
        while not file.exists():
            await asyncio.sleep(0.01)
        assert file.stat().st_mode & 0o077 == 0
        where = json.loads(file.read_text())["toxics"]
        headers = {"Authorization": f"Bearer {where['token']}"}
        async with httpx.AsyncClient(base_url=where["url"], headers=headers) as client:
            links = {row["link"] for row in (await client.get("/links")).json()["links"]}
            assert {"gateway-api", "processor-north", "processor-south"} <= links
            slow = {"kind": "latency", "label": "by hand", "latency": 0.01}
            assert (await client.post("/links/gateway-api/toxics", json=slow)).status_code == 201
        cut.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(break_by_hand())
        played = await LiveRunner(admin=file).run(scenario, seed=13)
    assert cut.is_set()
    assert invalid(scenario, played) == {}
    assert {row.label for row in played.history.injections} == {"by hand"}
    assert [row.detail for row in played.history.nemesis if row.action == "toxic-off"] == ["by hand"]
    assert not file.exists()
