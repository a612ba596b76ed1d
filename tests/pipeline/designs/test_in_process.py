"""The in-process design: the API answers at once, and what carries on dies with it."""

import asyncio
from pathlib import Path

import pytest

from connector.operations import Create, Request
from connector.outcomes import Outcome
from connector.protocol import Deadlines
from pipeline.settings import CommandSettings, Design
from tests.pipeline.designs.services import HOME, PATH, SETTINGS, serving
from tests.pipeline.processor.model_cluster import Fate, ModelCluster


async def test_a_create_is_accepted_at_once_and_becomes_active_by_itself(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.IN_PROCESS, ModelCluster()) as service:
        service.cluster.hold.clear()
        reply = await service.client.post("/v1/shares", json=HOME, headers={"Idempotency-Key": "k-1"})
        assert (reply.status_code, reply.json()["state"]) == (202, "pending")
        again = await service.client.post("/v1/shares", json=HOME, headers={"Idempotency-Key": "k-1"})
        assert (again.status_code, again.json()) == (202, reply.json())
        service.cluster.hold.set()
        await service.until("active")
        assert "home" in service.cluster.shares
        assert await service.path() == [("pending", "api"), ("active", "api")]
        assert {attempt.verb for attempt in await service.store.attempts()} == {"capabilities", "create", "show"}
        assert len(service.cluster.commands()) == 1


async def test_a_change_that_came_too_early_is_accepted_later_with_the_same_key(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.IN_PROCESS, ModelCluster()) as service:
        service.cluster.hold.clear()
        await service.client.post("/v1/shares", json=HOME)
        headers = {"Idempotency-Key": "d"}
        assert (await service.client.delete(PATH, headers=headers)).status_code == 405
        service.cluster.hold.set()
        await service.until("active")
        assert (await service.client.delete(PATH, headers=headers)).status_code == 202
        await service.until(None)


async def test_no_message_is_left_for_a_processor_that_is_not_there(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.IN_PROCESS, ModelCluster()) as service:
        await service.client.post("/v1/shares", json=HOME)
        await service.until("active")
        await service.client.patch(PATH, json={"size": 4096})
        await service.until("active")
        assert (await service.store.message_counts()).sent == 0


async def test_changes_are_carried_out_in_the_background(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.IN_PROCESS, ModelCluster()) as service:
        await service.client.post("/v1/shares", json=HOME)
        await service.until("active")
        assert (await service.client.patch(PATH, json={"size": 4096})).status_code == 202
        await service.until("active")
        assert service.cluster.shares["home"].size == 4096
        assert (await service.client.delete(PATH)).status_code == 202
        await service.until(None)
        assert "home" not in service.cluster.shares
        assert (await service.events())[-1].writer == "api"


@pytest.mark.parametrize("fate", [Fate.REPLY_LOST, Fate.BUSY, Fate.UNREACHED, Fate.LIE])
async def test_what_can_still_succeed_is_tried_again_in_memory(tmp_path: Path, fate: Fate) -> None:
    async with serving(tmp_path, Design.IN_PROCESS, ModelCluster([fate])) as service:
        await service.client.post("/v1/shares", json=HOME)
        await service.until("active")
        assert service.cluster.shares["home"].size == 1024


async def test_a_refused_create_is_removed_with_its_reason(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.IN_PROCESS, ModelCluster([Fate.REFUSED])) as service:
        await service.client.post("/v1/shares", json=HOME)
        await service.until(None)
        events = await service.events()
        assert [event.after for event in events] == ["pending", "failing", None]
        assert "quota" in (events[-1].reason or "")


async def test_half_made_shares_are_cleaned_up(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.IN_PROCESS, ModelCluster([Fate.HALF_MADE])) as service:
        await service.client.post("/v1/shares", json=HOME)
        await service.until(None)
        assert "home" not in service.cluster.shares


async def test_after_the_grace_of_a_stop_what_was_promised_is_forgotten(tmp_path: Path) -> None:
    """The flaw of the design: the intent lived in the process, and the next one knows nothing of it."""
    cluster = ModelCluster()
    async with serving(tmp_path, Design.IN_PROCESS, cluster) as service:
        cluster.hold.clear()
        assert (await service.client.post("/v1/shares", json=HOME)).status_code == 202
    asked = len(cluster.asked)
    cluster.hold.set()
    async with serving(tmp_path, Design.IN_PROCESS, cluster) as service:
        other = HOME | {"name": "other"}
        await service.client.post("/v1/shares", json=other)
        async with asyncio.timeout(20):
            while (await service.client.get("/v1/shares/north/other")).json()["state"] != "active":
                await asyncio.sleep(0.005)
        assert (await service.client.get(PATH)).json()["state"] == "pending"
        assert "home" not in {getattr(request, "name", None) for request in cluster.asked[asked:]}


async def test_a_stop_waits_for_work_that_ends_within_the_grace(tmp_path: Path) -> None:
    cluster = ModelCluster()
    async with serving(tmp_path, Design.IN_PROCESS, cluster) as service:
        cluster.hold.clear()
        await service.client.post("/v1/shares", json=HOME)
        async with asyncio.timeout(20):
            while not cluster.asked:
                await asyncio.sleep(0.005)
        asyncio.get_running_loop().call_later(0.01, cluster.hold.set)
    async with serving(tmp_path, Design.IN_PROCESS, cluster) as service:
        assert (await service.client.get(PATH)).json()["state"] == "active"


class Broken(ModelCluster):
    """A connector that raises what none may raise, once."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = True

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        if self.broken and isinstance(request, Create):
            self.broken = False
            raise KeyError("a bug")
        return await super().perform(request, deadlines)


async def test_a_bug_costs_a_share_a_lease_and_not_its_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    processor = SETTINGS.processor.model_copy(update={"lease": 1.5})
    command = CommandSettings(connect=0.25, login=0.25, channel=0.25, command=0.25)
    settings = SETTINGS.model_copy(update={"processor": processor, "command": command})
    async with serving(tmp_path, Design.IN_PROCESS, Broken(), settings) as service:
        await service.client.post("/v1/shares", json=HOME)
        await service.until("active")
    assert "KeyError: 'a bug'" in caplog.text
