"""Dead letters over HTTP."""

import httpx
import pytest

from pipeline import transitions
from pipeline.store.store import Store
from pipeline.store.tables import Tables

HOME = {"location": "north", "name": "home", "size": 1024}


def die(tables: Tables) -> None:
    for record in tables.records(None, None, 0, -1):
        assert tables.update(record, transitions.dead_letter(record, f"bad {record.name}", tables.now))


async def test_dead_letters_are_listed_counted_and_requeued(client: httpx.AsyncClient, store: Store) -> None:
    for name in ("home", "work"):
        await client.post("/v1/shares", json=HOME | {"name": name})
    await store.transact(die)
    page = (await client.get("/v1/dead", params={"limit": 1})).json()
    assert [(row["name"], row["dead"]) for row in page["dead"]] == [("home", "bad home")]
    behind = (await client.get("/v1/dead", params={"after": page["next"]})).json()
    assert [row["name"] for row in behind["dead"]] == ["work"]
    assert (await client.get("/v1/shares/north/home")).json()["dead"] == "bad home"
    assert (await client.get("/readyz")).json()["dead"] == 2

    wanted = {"reason": "work"}
    asked = await client.post("/v1/dead/requeue", json=wanted | {"dry_run": True})
    assert asked.json() == {"matched": 1, "requeued": 0}
    assert (await client.get("/readyz")).json()["dead"] == 2
    assert (await client.post("/v1/dead/requeue", json=wanted)).json() == {"matched": 1, "requeued": 1}
    assert (await client.post("/v1/dead/requeue", json={})).json() == {"matched": 1, "requeued": 1}
    assert (await client.get("/v1/dead")).json()["dead"] == []


@pytest.mark.parametrize("body", [{"dry_run": "no"}, {"state": "pending"}, {"location": 1}])
async def test_a_requeue_that_is_not_understood_is_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await client.post("/v1/dead/requeue", json=body)).status_code == 400
