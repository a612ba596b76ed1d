"""/v1/webhooks: what a client may do with receivers of notices."""

from base64 import b64decode

import httpx
import pytest

from pipeline.notices.records import NoticeReply
from pipeline.states import ShareState
from pipeline.store.store import Store
from tests.pipeline.notices.events import POLICY, SECRET
from tests.pipeline.store.stores import accepted, new_share, taken

HOOKS = "/v1/webhooks"
URL = "https://portal.example/hook"


async def made(client: httpx.AsyncClient, **body: object) -> dict[str, object]:
    answer = await client.post(HOOKS, json={"url": URL, **body})
    assert answer.status_code == 201, answer.text
    content: dict[str, object] = answer.json()
    assert answer.headers["location"] == f"{HOOKS}/{content['id']}"
    return content


async def test_a_secret_is_shown_once(client: httpx.AsyncClient) -> None:
    created = await made(client, kinds=["share.active", "share.failed"])
    secret = str(created.pop("secret"))
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32
    shown = await client.get(f"{HOOKS}/{created['id']}")
    assert shown.json() == created
    assert created["url"] == URL
    assert created["kinds"] == ["share.active", "share.failed"]
    assert (created["signature"], created["public_key"], created["disabled"]) == ("v1", None, None)
    assert (await client.get(HOOKS)).json() == {"webhooks": [created]}


async def test_a_webhook_of_v1a_shows_its_public_key(client: httpx.AsyncClient) -> None:
    created = await made(client, signature="v1a")
    assert str(created["secret"]).startswith("whsk_")
    assert str(created["public_key"]).startswith("whpk_")


async def test_a_secret_may_be_brought_along_and_rotated(client: httpx.AsyncClient) -> None:
    created = await made(client, secret=SECRET)
    assert created["secret"] == SECRET
    rotated = (await client.post(f"{HOOKS}/{created['id']}/rotate", json={})).json()
    assert rotated["secret"] != SECRET
    given = await client.post(f"{HOOKS}/{created['id']}/rotate", json={"secret": SECRET, "overlap": 60.0})
    assert given.json()["secret"] == SECRET


async def test_a_webhook_goes_with_all_that_is_owed_to_it(client: httpx.AsyncClient) -> None:
    path = f"{HOOKS}/{(await made(client))['id']}"
    assert (await client.delete(path)).status_code == 204
    for method, place in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/enable"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("GET", "/attempts"),
    ):
        assert (await client.request(method, path + place)).status_code == 404, place
    for place, body in (("/replay", {"first": 1}), ("/rotate", {})):
        assert (await client.post(path + place, json=body)).status_code == 404


async def test_what_is_owed_and_what_was_tried_can_be_listed_and_sent_again(
    client: httpx.AsyncClient, store: Store
) -> None:
    id = str((await made(client))["id"])
    await accepted(store, new_share("home"))
    assert await store.move(await taken(store), ShareState.ACTIVE) is not None
    tested = await client.post(f"{HOOKS}/{id}/test")
    assert tested.status_code == 202
    batch = await store.notices.take(id, owner="one", lease=30.0, most=8)
    assert batch is not None
    replies = [NoticeReply(status=500, error="answered 500"), NoticeReply(status=204)]
    await store.notices.settle(batch, replies, policy=POLICY)
    listed = (await client.get(f"{HOOKS}/{id}/deliveries")).json()
    rows = {row["kind"]: (row["message"], row["state"], row["share"]) for row in listed["deliveries"]}
    assert rows["webhook.test"][0] == tested.json()["message"]
    assert rows["webhook.test"][2] is None
    assert {state for _, state, _ in rows.values()} == {"waiting", "delivered"}
    tries = (await client.get(f"{HOOKS}/{id}/attempts", params={"limit": 1})).json()
    more = (await client.get(f"{HOOKS}/{id}/attempts", params={"after": tries["next"]})).json()
    assert {row["status"] for row in (*tries["attempts"], *more["attempts"])} == {500, 204}
    again = await client.post(f"{HOOKS}/{id}/replay", json={"first": 1, "last": 10})
    assert (again.status_code, again.json()) == (202, {"deliveries": 1})


async def test_a_disabled_webhook_can_be_enabled(client: httpx.AsyncClient, store: Store) -> None:
    id = str((await made(client))["id"])
    await client.post(f"{HOOKS}/{id}/test")
    batch = await store.notices.take(id, owner="one", lease=30.0, most=8)
    assert batch is not None
    await store.notices.settle(batch, [NoticeReply(status=410, error="answered 410", gone=True)], policy=POLICY)
    assert "410" in (await client.get(f"{HOOKS}/{id}")).json()["disabled"]
    assert (await client.post(f"{HOOKS}/{id}/enable")).json()["disabled"] is None


async def test_mail_has_no_secret(client: httpx.AsyncClient) -> None:
    created = await made(client, url="mailto:ops@example.org")
    assert (created["url"], created["secret"], created["signature"]) == ("mailto:ops@example.org", None, None)
    answer = await client.post(f"{HOOKS}/{created['id']}/rotate", json={})
    assert answer.status_code == 400
    assert "mail is not signed" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://portal.example/"}, "#/url"),
        ({"url": "https://10.0.0.1/"}, "#/url"),
        ({"url": 5}, "#/url"),
        ({}, "#/url"),
        ({"url": URL, "kinds": ["share.eaten"]}, "#/kinds/0"),
        ({"url": URL, "secret": "hunter2"}, "#/secret"),
        ({"url": URL, "signature": "v2"}, "#/signature"),
        ({"url": URL, "colour": "red"}, "#/colour"),
    ],
)
async def test_what_is_not_acceptable_is_named(client: httpx.AsyncClient, body: object, pointer: str) -> None:
    answer = await client.post(HOOKS, json=body)
    assert answer.status_code == 400
    assert [row["pointer"] for row in answer.json()["errors"]] == [pointer]
    assert (await client.get(HOOKS)).json() == {"webhooks": []}
