"""Everything of the API that is not a share: audit lists, health, problems, methods."""

import httpx
import pytest

from connector.codes import Code
from connector.operations import DoneReply, Verb
from connector.outcomes import Done, Unknown
from connector.sites import Site
from pipeline.findings import FindingKind, SweepFinding
from pipeline.problems import Cause, catalogue
from pipeline.states import ShareState
from pipeline.store.store import Store
from tests.pipeline.store.stores import HandClock, accepted, new_share, taken


async def test_events_are_told_in_order_and_go_on_where_the_page_ended(
    client: httpx.AsyncClient, store: Store, clock: HandClock
) -> None:
    await accepted(store)
    clock.forward(1.0)
    await store.move(await taken(store), ShareState.FAILING, reason="quota")
    first = (await client.get("/v1/events?limit=1")).json()
    assert first == {
        "events": [
            {
                "number": 1, "at": 1_764_000_000.25, "share": "id-north-home", "location": "north", "name": "home",
                "before": None, "after": "pending", "writer": "api", "fence": None, "reason": None,
            }
        ],
        "next": 1,
    }  # fmt: skip
    rest = (await client.get("/v1/events?after=1")).json()
    assert [(row["before"], row["after"], row["fence"], row["reason"]) for row in rest["events"]] == [
        ("pending", "failing", 1, "quota")
    ]
    assert (await client.get(f"/v1/events?after={rest['next']}")).json() == {"events": [], "next": 2}


async def test_attempts_tell_how_each_ended(client: httpx.AsyncClient, store: Store, clock: HandClock) -> None:
    await accepted(store)
    claim = await taken(store)
    request_ids: set[str | None] = set()
    for outcome in (
        Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_EXEC, message="no answer"),
        Done(reply=DoneReply()),
        None,
    ):
        command = await store.begin(claim, Verb.CREATE, seconds=10.0)
        assert command is not None
        request_ids.add(command.request_id)
        clock.forward(1.0)
        if outcome is not None:
            await store.end(command, outcome)
    page = (await client.get("/v1/attempts")).json()
    assert [(row["result"], row["code"], row["site"], row["message"]) for row in page["attempts"]] == [
        ("unknown", "timeout", "connector.exec", "no answer"),
        ("ok", None, None, None),
        (None, None, None, None),
    ]
    first = page["attempts"][0]
    assert (first["verb"], first["tried"], first["fence"], first["share"]) == ("create", 1, 1, "id-north-home")
    assert (first["began_at"], first["ended_at"]) == (1_764_000_000.25, 1_764_000_001.25)
    assert first["deadline"] == 1_764_000_010.25
    assert [row["sequence"] - first["sequence"] for row in page["attempts"]] == [0, 1, 2]
    assert {row["request_id"] for row in page["attempts"]} == request_ids
    assert page["next"] == 3


async def test_the_service_says_that_it_lives_and_that_it_is_ready(client: httpx.AsyncClient, store: Store) -> None:
    await accepted(store, new_share())
    assert (await client.get("/livez")).json() == {"status": "ok"}
    ready = (await client.get("/readyz")).json()
    assert (ready["status"], ready["counts"]["pending"], ready["counts"]["queued"]) == ("ok", 1, 1)


async def test_findings_are_listed_and_counted_until_they_no_longer_hold(
    client: httpx.AsyncClient, store: Store
) -> None:
    found = SweepFinding(kind=FindingKind.MISSING, name="home", mark="spool/s/id", detail="is gone")
    await store.report("north", [found], frozenset(FindingKind))
    page = (await client.get("/v1/findings")).json()
    [row] = page["findings"]
    assert row == {
        "number": 1,
        "at": 1_764_000_000.25,
        "location": "north",
        "kind": "missing",
        "name": "home",
        "mark": "spool/s/id",
        "detail": "is gone",
    }
    assert (await client.get("/v1/findings", params={"after": page["next"]})).json() == {"findings": [], "next": 1}
    assert (await client.get("/readyz")).json()["findings"] == {"missing": 1}
    await store.report("north", [], frozenset(FindingKind))
    assert (await client.get("/v1/findings")).json() == {"findings": [], "next": 0}


async def test_every_problem_has_a_page_in_prose(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/problems")).text
    for cause in Cause:
        page = await client.get(f"/problems/{cause}")
        assert page.status_code == 200
        assert catalogue()[cause].prose in page.text
        assert f"/problems/{cause}:" in listed
    assert (await client.get("/problems/none")).status_code == 404


def test_the_catalogue_holds_each_cause_once() -> None:
    assert set(catalogue()) == set(Cause)
    assert all(400 <= entry.status < 600 for entry in catalogue().values())


ALLOW = {
    "/v1/shares": "GET, HEAD, OPTIONS, POST",
    "/v1/shares/north/home": "DELETE, GET, HEAD, OPTIONS, PATCH",
    "/v1/events": "GET, HEAD, OPTIONS",
    "/v1/webhooks": "GET, HEAD, OPTIONS, POST",
    "/v1/attempts": "GET, HEAD, OPTIONS",
    "/v1/findings": "GET, HEAD, OPTIONS",
    "/livez": "GET, HEAD, OPTIONS",
    "/readyz": "GET, HEAD, OPTIONS",
    "/problems": "GET, HEAD, OPTIONS",
    "/problems/not-found": "GET, HEAD, OPTIONS",
}


@pytest.mark.parametrize("path", ALLOW)
async def test_each_path_says_which_methods_it_knows(client: httpx.AsyncClient, path: str) -> None:
    options = await client.options(path)
    assert (options.status_code, options.headers["allow"], options.content) == (204, ALLOW[path], b"")
    for method in ("PUT", "TRACE", "BREW"):
        refused = await client.request(method, path)
        assert (refused.status_code, refused.headers["allow"]) == (405, ALLOW[path])
        assert refused.json()["type"] == "/problems/method-not-allowed"


@pytest.mark.parametrize("path", ALLOW)
async def test_head_gives_the_headers_of_get_and_no_body(client: httpx.AsyncClient, store: Store, path: str) -> None:
    await accepted(store)
    get, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert dict(head.headers) == dict(get.headers)


def test_what_bears_retry_after_or_says_that_nobody_knows_is_never_kept_with_a_key() -> None:
    kept = {cause for cause, entry in catalogue().items() if entry.kept}
    assert kept == {Cause.CLUSTER_REFUSED}
    assert all(entry.why for entry in catalogue().values())


async def test_the_page_of_a_problem_says_whether_its_answer_is_kept(client: httpx.AsyncClient) -> None:
    assert "is not kept: the request is looked at anew" in (await client.get("/problems/share-pending")).text
    assert "is kept and given again" in (await client.get("/problems/cluster-refused")).text
