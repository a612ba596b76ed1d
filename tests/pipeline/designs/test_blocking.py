"""The blocking design: the answer comes when the cluster's has, or it is rolled back and nobody knows."""

import asyncio
from pathlib import Path

import httpx
import pytest

from connector.operations import Create, Request
from connector.outcomes import Outcome
from connector.protocol import Deadlines
from pipeline.settings import BlockingSettings, Design
from tests.pipeline.designs.services import HOME, PATH, SETTINGS, Service, serving
from tests.pipeline.processor.model_cluster import Fate, ModelCluster

KEY = {"Idempotency-Key": "k-1"}
IMPATIENT = SETTINGS.model_copy(update={"blocking": BlockingSettings(bound=0.1)})
MADE = [("pending", "api"), ("active", "api")]


def cause(reply: httpx.Response) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    return str(reply.json()["type"]).removeprefix("/problems/")


async def test_a_create_is_answered_when_the_share_is_there(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster()) as service:
        reply = await service.client.post("/v1/shares", json=HOME)
        assert (reply.status_code, reply.headers["location"]) == (201, PATH)
        assert reply.json()["state"] == "active"
        assert (await service.client.get(PATH)).json() == reply.json()
        assert "home" in service.cluster.shares
        assert await service.path() == MADE
        learnt, attempt = await service.store.attempts()
        assert (learnt.verb, learnt.share) == ("capabilities", "")
        assert (attempt.verb, attempt.share) == ("create", reply.json()["id"])
        assert attempt.outcome is not None
        assert (await service.store.counts())["queued"] == 0


async def test_changes_are_done_when_they_are_answered(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster()) as service:
        await service.client.post("/v1/shares", json=HOME)
        resized = await service.client.patch(PATH, json={"size": 4096})
        assert (resized.status_code, resized.json()["size"], resized.json()["state"]) == (200, 4096, "active")
        assert service.cluster.shares["home"].size == 4096
        deleted = await service.client.delete(PATH)
        assert deleted.status_code == 200
        assert "home" not in service.cluster.shares
        assert (await service.client.get(PATH)).status_code == 404
        assert [state for state, _ in await service.path()] == [
            "pending",
            "active",
            "updating",
            "active",
            "deleting",
            None,
        ]
        assert {writer for _, writer in await service.path()} == {"api"}


async def test_a_refused_create_leaves_no_record_and_says_why(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster([Fate.REFUSED])) as service:
        reply = await service.client.post("/v1/shares", json=HOME, headers=KEY)
        assert (reply.status_code, cause(reply), reply.json()["code"]) == (409, "cluster-refused", "quota")
        assert (await service.client.get(PATH)).status_code == 404
        assert [state for state, _ in await service.path()] == ["pending", "failing", None]
        again = await service.client.post("/v1/shares", json=HOME, headers=KEY)
        assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (409, reply.json(), "true")
        assert len(service.cluster.commands()) == 1


@pytest.mark.parametrize("fate", [Fate.BUSY, Fate.UNREACHED])
async def test_a_cluster_that_takes_nothing_now_can_be_asked_again_with_the_same_key(
    tmp_path: Path, fate: Fate
) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster([fate])) as service:
        reply = await service.client.post("/v1/shares", json=HOME, headers=KEY)
        assert (reply.status_code, cause(reply), reply.headers["retry-after"]) == (503, "cluster-unavailable", "1")
        again = await service.client.post("/v1/shares", json=HOME, headers=KEY)
        assert again.status_code == 201


async def test_a_create_that_met_another_under_way_is_made_when_that_has_failed(tmp_path: Path) -> None:
    cluster = ModelCluster([Fate.REFUSED])
    async with serving(tmp_path, Design.BLOCKING, cluster) as service, asyncio.TaskGroup() as group:
        first = await held_create(service, group)
        other = {"Idempotency-Key": "other"}
        early = await service.client.post("/v1/shares", json=HOME, headers=other)
        assert (early.status_code, cause(early), early.headers["retry-after"]) == (409, "share-pending", "1")
        service.cluster.hold.set()
        assert (await first).status_code == 409
        assert (await service.client.post("/v1/shares", json=HOME, headers=other)).status_code == 201


async def test_a_cluster_that_cannot_be_reached_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    cluster = ModelCluster()
    cluster.is_down = True
    async with serving(tmp_path, Design.BLOCKING, cluster) as service:
        reply = await service.client.post("/v1/shares", json=HOME)
        assert (reply.status_code, cause(reply)) == (503, "cluster-unavailable")
        assert {attempt.verb for attempt in await service.store.attempts()} == {"capabilities"}


async def test_no_answer_within_the_bound_is_a_504_that_leaves_an_orphan(tmp_path: Path) -> None:
    """The flaw of the design, and no accident: the record is rolled back, and the cluster goes on."""
    cluster = ModelCluster([Fate.LATE])
    async with serving(tmp_path, Design.BLOCKING, cluster, IMPATIENT) as service:
        reply = await service.client.post("/v1/shares", json=HOME, headers=KEY)
        assert (reply.status_code, cause(reply)) == (504, "cluster-silent")
        assert reply.headers["spoolproof-timeout"] == "api; site=connector.reply"
        assert (await service.client.get(PATH)).status_code == 404
        cluster.land()
        assert "home" in cluster.shares
        again = await service.client.post("/v1/shares", json=HOME, headers=KEY)
        assert (again.status_code, again.json()["code"]) == (409, "already-exists")
        assert (await service.client.get(PATH)).status_code == 404


async def test_the_bound_ends_the_wait_for_a_cluster_that_says_nothing(tmp_path: Path) -> None:
    cluster = ModelCluster()
    async with serving(tmp_path, Design.BLOCKING, cluster, IMPATIENT) as service:
        await service.client.post("/v1/shares", json=HOME | {"name": "first"})
        cluster.hold.clear()
        reply = await service.client.post("/v1/shares", json=HOME)
        assert (reply.status_code, cause(reply)) == (504, "cluster-silent")
        attempt = (await service.store.attempts())[-1]
        assert attempt.ended_at is not None
        cluster.hold.set()


async def test_who_waits_too_long_for_a_place_is_not_sent(tmp_path: Path) -> None:
    narrow = SETTINGS.command.model_copy(update={"connections": 1, "sessions": 1})
    settings = SETTINGS.model_copy(update={"blocking": BlockingSettings(bound=5.0, wait=0.05), "command": narrow})
    cluster = ModelCluster()
    async with serving(tmp_path, Design.BLOCKING, cluster, settings) as service, asyncio.TaskGroup() as group:
        await service.client.post("/v1/shares", json=HOME | {"name": "first"})
        cluster.hold.clear()
        holding = group.create_task(service.client.post("/v1/shares", json=HOME | {"name": "second"}))
        async with asyncio.timeout(20):
            while len(cluster.commands()) < 2:
                await asyncio.sleep(0)
        reply = await service.client.post("/v1/shares", json=HOME)
        assert (reply.status_code, cause(reply)) == (503, "cluster-unavailable")
        cluster.hold.set()
        assert (await holding).status_code == 201
        assert [command.name for command in cluster.commands()] == ["first", "second"]


async def test_a_lost_reply_is_a_502_that_leaves_an_orphan(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster([Fate.REPLY_LOST])) as service:
        reply = await service.client.post("/v1/shares", json=HOME)
        assert (reply.status_code, cause(reply)) == (502, "cluster-silent")
        assert "spoolproof-timeout" not in reply.headers
        assert "home" in service.cluster.shares
        assert (await service.client.get(PATH)).status_code == 404


async def test_a_delete_whose_reply_is_lost_leaves_a_ghost(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster([Fate.OK, Fate.REPLY_LOST])) as service:
        await service.client.post("/v1/shares", json=HOME)
        reply = await service.client.delete(PATH)
        assert reply.status_code == 502
        assert "home" not in service.cluster.shares
        assert (await service.client.get(PATH)).json()["state"] == "active"
        assert [state for state, _ in await service.path()][-2:] == ["deleting", "active"]
        assert (await service.client.delete(PATH)).status_code == 200  # it is not there, which is what was asked


async def test_a_refused_resize_leaves_the_share_as_it_was(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster([Fate.OK, Fate.REFUSED])) as service:
        await service.client.post("/v1/shares", json=HOME)
        reply = await service.client.patch(PATH, json={"size": 4096})
        assert (reply.status_code, cause(reply)) == (409, "cluster-refused")
        shown = (await service.client.get(PATH)).json()
        assert (shown["state"], shown["size"]) == ("active", 1024)
        assert "quota" in shown["reason"]


async def held_create(service: Service, group: asyncio.TaskGroup) -> "asyncio.Task[httpx.Response]":
    """A create that waits for its cluster."""
    service.cluster.hold.clear()
    task = group.create_task(service.client.post("/v1/shares", json=HOME, headers=KEY))
    async with asyncio.timeout(20):
        while not service.cluster.asked:
            await asyncio.sleep(0.005)
    return task


async def test_the_name_is_kept_while_the_cluster_is_waited_for(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster()) as service, asyncio.TaskGroup() as group:
        first = await held_create(service, group)
        other = await service.client.post("/v1/shares", json=HOME)
        assert (other.status_code, cause(other)) == (409, "share-pending")
        early = await service.client.delete(PATH)
        assert (early.status_code, cause(early)) == (405, "share-not-active")
        service.cluster.hold.set()
        assert (await first).status_code == 201
        late = await service.client.post("/v1/shares", json=HOME)
        assert (late.status_code, cause(late)) == (409, "share-exists")


async def test_a_repetition_waits_for_the_first_and_is_answered_alike(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, ModelCluster()) as service, asyncio.TaskGroup() as group:
        first = await held_create(service, group)
        second = group.create_task(service.client.post("/v1/shares", json=HOME, headers=KEY))
        service.cluster.hold.set()
        replies = [await first, await second]
        assert [reply.status_code for reply in replies] == [201, 201]
        assert replies[0].json() == replies[1].json()
        assert replies[1].headers["idempotency-replayed"] == "true"
        assert len(service.cluster.commands()) == 1
        reused = await service.client.post("/v1/shares", json=HOME | {"size": 1}, headers=KEY)
        assert (reused.status_code, cause(reused)) == (422, "key-reused")


async def test_what_a_dead_process_left_open_is_rolled_back_by_the_next(tmp_path: Path) -> None:
    cluster = ModelCluster()
    async with serving(tmp_path, Design.BLOCKING, cluster) as service:
        await service.client.post("/v1/shares", json=HOME | {"name": "kept"})
        cluster.hold.clear()
        async with asyncio.TaskGroup() as group:
            create = group.create_task(service.client.post("/v1/shares", json=HOME))
            delete = group.create_task(service.client.delete("/v1/shares/north/kept"))
            async with asyncio.timeout(20):
                while len(await service.store.attempts()) < 4:
                    await asyncio.sleep(0.005)
            create.cancel()
            delete.cancel()
        assert (await service.store.counts())["pending"] == 1
    cluster.hold.set()
    async with serving(tmp_path, Design.BLOCKING, cluster) as service:
        assert (await service.client.get(PATH)).status_code == 404
        kept = (await service.client.get("/v1/shares/north/kept")).json()
        assert (kept["state"], kept["reason"]) == ("active", "the service ended in the midst")


class Broken(ModelCluster):
    """A connector that raises what none may raise, for each create."""

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        if isinstance(request, Create):
            raise KeyError("a bug")
        return await super().perform(request, deadlines)


async def test_a_bug_rolls_the_operation_back_as_a_database_would(tmp_path: Path) -> None:
    async with serving(tmp_path, Design.BLOCKING, Broken()) as service:
        for _ in range(2):
            reply = await service.client.post("/v1/shares", json=HOME)
            assert (reply.status_code, cause(reply)) == (500, "internal")
        assert await service.store.list() == []
