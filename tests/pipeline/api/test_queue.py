"""What is due, over HTTP."""

import httpx
import pytest

from pipeline import transitions
from pipeline.store.store import Store
from pipeline.store.tables import Tables

HOME = {"location": "north", "name": "home", "size": 1024}


def die(tables: Tables) -> None:
    (record,) = (record for record in tables.records(None, None, 0, -1) if record.name == "dead")
    assert tables.update(record, transitions.dead_letter(record, "bad", tables.now))


async def test_records_under_way_are_listed_with_when_they_are_due_and_who_has_them(
    client: httpx.AsyncClient, store: Store
) -> None:
    assert (await client.get("/v1/queue")).json() == {"queue": []}
    for name in ("dead", "home", "work"):
        await client.post("/v1/shares", json=HOME | {"name": name})
    await store.transact(die)
    claim = await store.claim(None, owner="p1", lease=30.0)
    assert claim is not None
    rows = (await client.get("/v1/queue")).json()["queue"]
    assert [(row["name"], row["owner"], row["state"]) for row in rows] == [
        ("work", None, "pending"),
        ("home", "p1", "pending"),
    ]
    assert rows[1]["due_at"] == rows[1]["lease_until"] > rows[0]["due_at"]
    assert [row["name"] for row in (await client.get("/v1/queue", params={"limit": 1})).json()["queue"]] == ["home"]
    assert (await client.get("/v1/queue", params={"location": "south"})).json() == {"queue": []}


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "1001"}, {"state": "pending"}])
async def test_a_query_that_is_not_understood_is_refused(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    assert (await client.get("/v1/queue", params=query)).status_code == 400
