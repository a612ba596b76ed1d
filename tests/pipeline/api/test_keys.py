"""Idempotency keys over HTTP."""

import asyncio

import httpx
import pytest

from pipeline.states import ShareState
from pipeline.store.store import Store
from tests.pipeline.store.stores import HandClock, taken

HOME = {"location": "north", "name": "home", "size": 1024}
PATH = "/v1/shares/north/home"


def same(first: httpx.Response, second: httpx.Response) -> bool:
    """Whether the second is the first answer over again, and says so."""
    replayed = dict(second.headers)
    return (
        replayed.pop("idempotency-replayed", None) == "true"
        and "idempotency-replayed" not in first.headers
        and replayed == dict(first.headers)
        and (second.status_code, second.content) == (first.status_code, first.content)
    )


async def post(client: httpx.AsyncClient, key: str = "k-1", **other: object) -> httpx.Response:
    return await client.post("/v1/shares", json=HOME | other, headers={"Idempotency-Key": key})


async def test_a_repeated_create_is_answered_as_the_first_time(client: httpx.AsyncClient, store: Store) -> None:
    first = await post(client)
    assert first.status_code == 202
    assert same(first, await post(client))
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)
    assert same(first, await post(client))
    assert len(await store.list()) == 1


async def test_a_refusal_by_another_share_that_is_pending_ends_with_that_share(
    client: httpx.AsyncClient, store: Store
) -> None:
    await post(client, "other")
    first = await post(client)
    assert (first.status_code, first.headers["retry-after"]) == (409, "2")
    failing = await store.move(await taken(store), ShareState.FAILING, reason="quota")
    assert failing is not None
    assert (await post(client)).json()["state"] == "failing"
    await store.remove(failing)
    made = await post(client)
    assert made.status_code == 202
    assert same(made, await post(client))


async def test_a_share_that_exists_is_no_refusal_for_good(client: httpx.AsyncClient, store: Store) -> None:
    await post(client, "other")
    active = await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)
    assert active is not None
    assert (await post(client)).status_code == 409
    await client.delete(PATH)
    await store.remove(await taken(store))
    assert (await post(client)).status_code == 202


async def test_a_change_that_came_too_early_is_accepted_once_the_share_is_active(
    client: httpx.AsyncClient, store: Store
) -> None:
    await post(client)
    for method, key, json in (("PATCH", "r", {"size": 2048}), ("DELETE", "d", None)):
        headers = {"Idempotency-Key": key}
        early = await client.request(method, PATH, headers=headers, json=json)
        again = await client.request(method, PATH, headers=headers, json=json)
        assert (early.status_code, again.status_code, again.headers["allow"]) == (405, 405, "GET, HEAD")
        assert "idempotency-replayed" not in again.headers
        await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)
        accepted = await client.request(method, PATH, headers=headers, json=json)
        assert accepted.status_code == 202
        assert same(accepted, await client.request(method, PATH, headers=headers, json=json))


async def test_a_change_of_a_share_that_was_not_there_is_accepted_once_it_is(
    client: httpx.AsyncClient, store: Store
) -> None:
    headers = {"Idempotency-Key": "d"}
    assert (await client.delete(PATH, headers=headers)).status_code == 404
    await post(client)
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)
    assert (await client.delete(PATH, headers=headers)).status_code == 202


async def test_a_key_of_which_nothing_was_decided_remains_that_request_s_own(client: httpx.AsyncClient) -> None:
    await post(client, "other")
    assert (await post(client)).status_code == 409
    reply = await post(client, name="elsewhere")
    assert (reply.status_code, reply.json()["type"]) == (422, "/problems/key-reused")
    assert (await post(client)).status_code == 409


async def test_a_repeated_delete_is_answered_as_the_first_time(client: httpx.AsyncClient, store: Store) -> None:
    await post(client)
    await store.move(await taken(store), ShareState.ACTIVE, confirmed_size=1024)
    headers = {"Idempotency-Key": "d"}
    first = await client.delete(PATH, headers=headers)
    assert first.status_code == 202
    await store.remove(await taken(store))
    assert same(first, await client.delete(PATH, headers=headers))


async def test_the_same_key_with_another_body_is_refused(client: httpx.AsyncClient, store: Store) -> None:
    await post(client)
    reply = await post(client, size=2048)
    assert (reply.status_code, reply.json()["type"]) == (422, "/problems/key-reused")
    reply = await post(client, name="other")
    assert reply.status_code == 422
    assert len(await store.list()) == 1


async def test_the_same_key_with_another_method_or_path_is_refused(client: httpx.AsyncClient) -> None:
    await post(client)
    headers = {"Idempotency-Key": "k-1"}
    assert (await client.delete(PATH, headers=headers)).status_code == 422
    await client.delete(PATH, headers={"Idempotency-Key": "d"})
    assert (await client.delete("/v1/shares/north/other", headers={"Idempotency-Key": "d"})).status_code == 422


async def test_spacing_and_order_of_a_body_do_not_make_another_request(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k-1", "Content-Type": "application/json"}
    first = await client.post("/v1/shares", content=b'{"location":"north","name":"a","size":1}', headers=headers)
    other = b'{ "size": 1, "name": "\\u0061",\n "location": "north" }'
    assert same(first, await client.post("/v1/shares", content=other, headers=headers))


async def test_a_quoted_key_is_the_key_that_it_quotes(client: httpx.AsyncClient) -> None:
    first = await post(client, "abc")
    assert same(first, await post(client, '"abc"'))


async def test_a_key_is_forgotten_after_its_lifetime(client: httpx.AsyncClient, clock: HandClock) -> None:
    await post(client)
    clock.forward(60.0)
    assert (await post(client)).status_code == 409


@pytest.mark.parametrize("key", ["", " ", '""', "x" * 256, "ä", "a\tb"])
async def test_a_key_that_is_none_is_told_so(client: httpx.AsyncClient, store: Store, key: str) -> None:
    reply = await client.post("/v1/shares", json=HOME, headers=[(b"Idempotency-Key", key.encode())])
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "Idempotency-Key")
    assert await store.list() == []


async def test_two_keys_on_one_request_are_refused(client: httpx.AsyncClient) -> None:
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert (await client.post("/v1/shares", json=HOME, headers=headers)).status_code == 400


async def test_of_requests_at_once_with_one_key_all_get_one_answer(client: httpx.AsyncClient) -> None:
    async with asyncio.TaskGroup() as tasks:
        posts = [tasks.create_task(post(client)) for _ in range(20)]
    replies = [asked.result() for asked in posts]
    assert len({reply.content for reply in replies}) == 1
    assert sorted("idempotency-replayed" in reply.headers for reply in replies) == [False] + [True] * 19


async def test_of_refused_requests_at_once_with_one_key_one_is_accepted_when_it_can_be(
    client: httpx.AsyncClient, store: Store
) -> None:
    await post(client, "other")
    assert (await post(client)).status_code == 409
    failing = await store.move(await taken(store), ShareState.FAILING, reason="quota")
    assert failing is not None
    await store.remove(failing)
    async with asyncio.TaskGroup() as tasks:
        posts = [tasks.create_task(post(client)) for _ in range(20)]
    replies = [asked.result() for asked in posts]
    assert {reply.status_code for reply in replies} == {202}
    assert len({reply.content for reply in replies}) == 1
    assert len(await store.list()) == 1
