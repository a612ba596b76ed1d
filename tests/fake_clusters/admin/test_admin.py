"""The admin API over HTTP, in front of a farm that clients use over SSH."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncssh
import httpx
import pytest

from fake_clusters.admin.server import Admin, serve_admin
from fake_clusters.errors import FarmError
from fake_clusters.farm import Farm
from fake_clusters.faults import FAULTS
from fake_clusters.faults.config import read_fault
from fake_clusters.spec import ClusterSpec
from tests.harness.handbook.openapi import answered_as_documented

CREATE = "share create s1 --size 1024 --request-id r1"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def farm(keys: Path) -> AsyncIterator[Farm]:
    async with Farm([ClusterSpec(name="north"), ClusterSpec(name="south")], keys=keys) as farm:
        yield farm


@pytest.fixture
async def admin(farm: Farm) -> AsyncIterator[Admin]:
    async with serve_admin(farm) as admin:
        yield admin


@pytest.fixture
async def http(admin: Admin) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {admin.token}"}
    async with httpx.AsyncClient(verify=False, base_url=admin.url, headers=headers, timeout=20) as client:
        client.event_hooks["response"].append(answered_as_documented)
        yield client


Runs = Callable[[str], Awaitable[int | None]]


@pytest.fixture
async def run(farm: Farm) -> Runs:
    """Runs a command on `north`, over SSH."""
    target = farm.cluster("north").target

    async def one(command: str) -> int | None:
        async with asyncssh.connect(
            target.host,
            target.port,
            username=target.username,
            client_keys=[target.client_key],
            known_hosts=None,
            config=None,
        ) as connection:
            status: int | None = (await connection.run(command)).exit_status
            return status

    return one


def cause(answer: httpx.Response) -> str:
    """The last word of a problem's type, once the problem is well formed."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return str(body["type"].rpartition(":")[2])


async def test_the_clusters_are_listed_with_their_addresses(http: httpx.AsyncClient, farm: Farm) -> None:
    clusters = (await http.get("/clusters")).json()["clusters"]
    assert [(one["name"], one["port"], one["host_key"], one["open"]) for one in clusters] == [
        (target.name, target.port, target.host_key, True) for target in farm.targets()
    ]


async def test_one_cluster_shows_its_limits_counters_and_faults(http: httpx.AsyncClient, run: Runs) -> None:
    assert await run("ping") == 0
    shown = (await http.get("/clusters/north")).json()
    assert shown["counters"]["commands.ping"] == 1
    assert shown["limits"]["sessions"] == 10
    assert shown["faults"] == []
    assert (await http.get("/clusters/north/counters")).json() == (await http.get("/clusters/north")).json()["counters"]


async def test_shares_and_effects_show_what_clients_did(http: httpx.AsyncClient, run: Runs) -> None:
    assert await run(CREATE) == 0
    (share,) = (await http.get("/clusters/north/shares")).json()["shares"]
    assert (share["name"], share["size"], share["complete"]) == ("s1", 1024, True)
    (effect,) = (await http.get("/clusters/north/effects")).json()["effects"]
    assert (effect["number"], effect["kind"], effect["request_id"]) == (1, "created", "r1")
    assert (await http.get("/clusters/north/effects", params={"after": 1})).json() == {"effects": []}


async def test_a_fault_is_set_struck_shown_and_taken_back(http: httpx.AsyncClient, run: Runs) -> None:
    fault = {"kind": "error_exit", "label": "crowded/now", "code": "busy", "verbs": ["ping"]}
    made = await http.post("/clusters/north/faults", json=fault)
    assert made.status_code == 201
    assert await run("ping") == 22
    (injection,) = (await http.get("/clusters/north/injections")).json()["injections"]
    assert (injection["label"], injection["site"], injection["verb"]) == ("crowded/now", "connector.exec", "ping")
    assert (await http.get("/clusters/south/injections")).json() == {"injections": []}
    assert [one["label"] for one in (await http.get("/clusters/north/faults")).json()["faults"]] == ["crowded/now"]
    assert (await http.delete(made.headers["location"])).status_code == 204
    assert await run("ping") == 0


async def test_a_fault_is_shown_as_it_may_be_asked_for(http: httpx.AsyncClient) -> None:
    for kind in FAULTS:
        shown = (await http.post("/clusters/north/faults", json={"kind": kind, "between": [1, 2]})).json()
        rule = read_fault(shown).rule()
        assert rule == read_fault({"kind": kind, "between": [1, 2]}).rule()
    plain = (await http.post("/clusters/south/faults", json={"kind": "hang"})).json()
    assert read_fault(plain).rule() == read_fault({"kind": "hang"}).rule()
    assert (await http.delete("/clusters/north/faults")).status_code == 204
    assert (await http.get("/clusters/north/faults")).json() == {"faults": []}


async def test_a_profile_is_changed(http: httpx.AsyncClient, farm: Farm) -> None:
    answer = await http.put("/clusters/north/profile", json={"base": "slow", "service": {"ping": "5ms"}})
    assert (answer.status_code, answer.json()["profile"]) == (200, "slow, adapted")
    assert farm.cluster("north").profile.name == "slow, adapted"


async def test_a_cluster_is_crashed_and_comes_back_wiped(http: httpx.AsyncClient, run: Runs, farm: Farm) -> None:
    assert await run(CREATE) == 0
    assert (await http.post("/clusters/north/crash", json={"down_for": "100ms", "wipe": True})).status_code == 204
    assert (await http.get("/clusters/north")).json()["open"] is False
    await farm.cluster("north").wait_for(lambda cluster: cluster.is_open, timeout=5)
    assert (await http.get("/clusters/north/shares")).json() == {"shares": []}


async def test_a_share_is_made_and_removed_by_hand(http: httpx.AsyncClient, run: Runs) -> None:
    made = await http.post("/clusters/north/shares", json={"name": "by/hand", "size": "1 GB"})
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["size"], made.json()["mark"]) == ("by/hand", 10**9, None)
    assert (await http.post("/clusters/north/shares", json={"name": "by/hand"})).status_code == 409
    assert await run("share show by/hand") == 0
    assert (await http.delete(made.headers["location"])).status_code == 204
    assert (await http.delete(made.headers["location"])).status_code == 404
    assert await run("share show by/hand") == 11
    effects = (await http.get("/clusters/north/effects")).json()["effects"]
    assert [row["kind"] for row in effects] == ["created-by-others", "deleted-by-others"]


async def test_a_cluster_is_reset(http: httpx.AsyncClient, run: Runs) -> None:
    assert await run(CREATE) == 0
    assert (await http.post("/clusters/north/reset")).status_code == 204
    assert (await http.get("/clusters/north/effects")).json() == {"effects": []}


async def test_a_cluster_is_restored(http: httpx.AsyncClient, run: Runs) -> None:
    await http.post("/clusters/north/faults", json={"kind": "hang"})
    await http.post("/clusters/north/crash", json={"down_for": "1h"})
    assert (await http.post("/clusters/north/restore")).status_code == 204
    assert await run(CREATE) == 0


async def test_waiting_answers_when_the_count_is_reached(http: httpx.AsyncClient, run: Runs) -> None:
    waiting = asyncio.ensure_future(
        http.get("/clusters/north/wait", params={"counter": "effects", "at_least": 1, "timeout": "10s"})
    )
    assert await run(CREATE) == 0
    assert (await waiting).json() == {"counter": "effects", "value": 1}


@pytest.mark.parametrize(("method", "path"), [("GET", "/clusters/"), ("POST", "/clusters/north/crash/")])
async def test_a_slash_too_many_is_not_found_and_never_redirected(
    http: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await http.request(method, path)
    assert (answer.status_code, cause(answer)) == (404, "not-found")


async def test_a_compressed_body_is_refused_as_such(http: httpx.AsyncClient) -> None:
    content = gzip.compress(b'{"kind": "hang"}')
    answer = await http.post("/clusters/north/faults", content=content, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, cause(answer)) == (415, "unsupported-media-type")


async def test_waiting_in_vain_is_a_problem_that_says_how_far_it_came(http: httpx.AsyncClient) -> None:
    answer = await http.get("/clusters/north/wait", params={"counter": "effects", "at_least": 1, "timeout": "0.05"})
    assert (answer.status_code, cause(answer), answer.json()["value"]) == (504, "not-reached", 0)


async def test_the_registry_is_shown_with_parameters_and_selectors(http: httpx.AsyncClient) -> None:
    kinds = {kind["name"]: kind for kind in (await http.get("/faults")).json()["faults"]}
    assert set(kinds) == set(FAULTS)
    assert [parameter["name"] for parameter in kinds["crash"]["parameters"]] == ["when", "down_for", "wipe"]
    assert kinds["refused"]["selectors"] == ["between", "phase"]
    assert kinds["reply_lost"]["ambiguous"] is True


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "reason", "detail"),
    [
        ("GET", "/clusters/east", None, 404, "no-such-cluster", "no cluster 'east'; there are: north, south"),
        ("DELETE", "/clusters/north/faults/x", None, 404, "no-such-fault", "no fault 'x' on north"),
        ("POST", "/clusters/north/faults", {"kind": "hagn"}, 422, "not-acceptable", "did you mean 'hang'?"),
        ("POST", "/clusters/north/faults", {"kind": "hang", "delay": 1}, 422, "not-acceptable", "delay: unknown key"),
        ("POST", "/clusters/north/faults", {"kind": "hang", "phase": "x"}, 422, "not-acceptable", "unknown phase 'x'"),
        (
            "POST",
            "/clusters/north/faults",
            {"kind": "hang", "clusters": ["south"]},
            422,
            "not-acceptable",
            "clusters: the path says 'north'",
        ),
        ("POST", "/clusters/north/faults", [1], 422, "not-acceptable", "must be a table"),
        ("PUT", "/clusters/north/profile", {"bas": "lan"}, 422, "not-acceptable", "unknown key (did you mean 'base'?)"),
        (
            "PUT",
            "/clusters/north/profile",
            {"default": {"kind": "empirical", "file": "/etc/passwd"}},
            422,
            "not-acceptable",
            "'file' is only for scenario and cluster files; accepted here: 'samples'",
        ),
        ("PUT", "/clusters/north/profile", {"base": "x"}, 422, "not-acceptable", "no profile 'x'"),
        ("POST", "/clusters/north/crash", {"down": 3}, 422, "not-acceptable", "down: unknown key"),
        ("POST", "/clusters/north/crash", {"down_for": "3 h 20"}, 422, "not-acceptable", "down_for: a duration is"),
        ("GET", "/clusters/north/wait?counter=effect", None, 422, "not-acceptable", "unknown counter 'effect'"),
        ("GET", "/clusters/north/wait", None, 422, "not-acceptable", "counter: is required"),
        ("GET", "/clusters/north/wait?counter=effects&timeout=1h", None, 422, "not-acceptable", "timeout: "),
        ("GET", "/clusters/north/effects?after=-1", None, 422, "not-acceptable", "after: "),
        ("GET", "/clusters/north/effects?aftr=1", None, 422, "not-acceptable", "unknown key (did you mean 'after'?)"),
        ("GET", "/nowhere", None, 404, "not-found", "GET /nowhere: not found"),
        ("PATCH", "/clusters/north/faults", None, 405, "method-not-allowed", "PATCH /clusters/north/faults"),
    ],
)
async def test_what_cannot_be_done_is_a_problem_that_says_why(
    http: httpx.AsyncClient, method: str, path: str, body: Any, status: int, reason: str, detail: str
) -> None:
    answer = await http.request(method, path, json=body)
    assert (answer.status_code, cause(answer)) == (status, reason)
    assert detail in answer.json()["detail"]


async def test_a_label_that_is_taken_is_a_conflict(http: httpx.AsyncClient) -> None:
    assert (await http.post("/clusters/north/faults", json={"kind": "hang"})).status_code == 201
    answer = await http.post("/clusters/north/faults", json={"kind": "hang"})
    assert (answer.status_code, cause(answer)) == (409, "label-taken")


async def test_a_wrong_method_is_told_all_the_right_ones(http: httpx.AsyncClient) -> None:
    allowed = (await http.patch("/clusters/north/faults")).headers["allow"].split(", ")
    assert set(allowed) >= {"GET", "POST", "DELETE"}


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 60_000, b"NaN", b'"\\ud800"'])
async def test_a_body_that_is_not_json_is_refused(http: httpx.AsyncClient, content: bytes) -> None:
    answer = await http.post("/clusters/north/faults", content=content)
    assert answer.status_code in (400, 422)
    assert cause(answer) in ("not-json", "not-acceptable")


async def test_a_body_that_never_ends_is_refused_before_it_is_read_whole(http: httpx.AsyncClient) -> None:
    answer = await http.post("/clusters/north/faults", content=b" " * 200_000)
    assert (answer.status_code, cause(answer)) == (413, "too-large")


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic eA==", "bearer", "Bearer é"])
async def test_without_the_token_nothing_is_told_or_done(admin: Admin, farm: Farm, header: str | None) -> None:
    headers = {} if header is None else {b"Authorization": header.encode()}
    async with httpx.AsyncClient(verify=False, base_url=admin.url) as stranger:
        for method, path in (("GET", "/clusters"), ("POST", "/clusters/north/crash"), ("GET", "/nowhere")):
            answer = await stranger.request(method, path, headers=headers)
            assert (answer.status_code, cause(answer)) == (401, "unauthorized")
            assert answer.headers["www-authenticate"].startswith("Bearer")
    assert farm.cluster("north").is_open


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::2]:80"])
async def test_another_hosts_name_is_refused_even_with_the_token(http: httpx.AsyncClient, host: str) -> None:
    answer = await http.get("/clusters", headers={"Host": host})
    assert (answer.status_code, cause(answer)) == (421, "misdirected")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:80"])
async def test_every_name_of_this_host_is_accepted(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/clusters", headers={"Host": host})).status_code == 200


async def test_tokens_are_made_anew_unless_one_is_given(farm: Farm) -> None:
    seen = []
    for _ in range(2):
        async with serve_admin(farm) as admin:
            seen.append(admin.token)
    assert len(set(seen)) == 2
    assert all(len(token) >= 24 for token in seen)
    async with serve_admin(farm, token="my own long token") as admin:
        assert admin.token == "my own long token"


async def test_an_address_that_others_can_reach_needs_a_token_and_then_any_name_will_do(farm: Farm) -> None:
    with pytest.raises(FarmError, match=r"can be reached from elsewhere; set admin\.token"):
        async with serve_admin(farm, host="0.0.0.0"):
            raise AssertionError("it must not start")
    async with serve_admin(farm, host="0.0.0.0", token="my own long token") as admin:
        url = admin.url.replace("0.0.0.0", "127.0.0.1")
        headers = {"Authorization": f"Bearer {admin.token}", "Host": "lab.example"}
        async with httpx.AsyncClient(verify=False, base_url=url, headers=headers) as http:
            assert (await http.get("/clusters")).status_code == 200


async def test_a_port_that_is_taken_is_an_error_that_names_it(farm: Farm, admin: Admin) -> None:
    port = int(admin.url.rpartition(":")[2])
    with pytest.raises(FarmError, match=rf"^admin\.port: 127\.0\.0\.1:{port}: cannot listen: address already in use$"):
        async with serve_admin(farm, port=port):
            raise AssertionError("it must not start")


async def test_the_end_does_not_wait_for_those_who_wait(farm: Farm) -> None:
    async with AsyncExitStack() as stack:
        async with serve_admin(farm) as admin:
            headers = {"Authorization": f"Bearer {admin.token}"}
            http = await stack.enter_async_context(
                httpx.AsyncClient(verify=False, base_url=admin.url, headers=headers, timeout=60)
            )
            query = {"counter": "effects", "timeout": "300s"}
            waiting = asyncio.ensure_future(http.get("/clusters/north/wait", params=query))
            await http.get("/clusters/north")
        answer = await waiting
        assert (answer.status_code, cause(answer)) == (503, "closing")


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
async def test_the_scheme_of_the_token_is_of_any_case(admin: Admin, scheme: str) -> None:
    async with httpx.AsyncClient(verify=False, base_url=admin.url) as client:
        answer = await client.get("/clusters", headers={"Authorization": f"{scheme} {admin.token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "target", "content", "status", "wrong"),
    [
        ("DELETE", "/clusters/north/faults/%ff", b"", 400, "not UTF-8"),
        ("GET", "/clusters/north/effects?after=1_0", b"", 422, "whole number in decimal digits"),
        ("GET", "/clusters/north/effects?after=1&after=2", b"", 422, "after: stands more than once"),
        ("POST", "/clusters/north/crash", b'{"wipe": false, "wipe": true}', 400, "wipe: stands more than once"),
        ("POST", "/clusters/north/crash", b'{"down_for": NaN}', 400, "NaN is not a number of JSON"),
        ("POST", "/clusters/north/crash", b"\xff", 400, "not UTF-8"),
    ],
)
async def test_a_request_that_reads_in_two_ways_is_refused(
    http: httpx.AsyncClient, admin: Admin, farm: Farm, method: str, target: str, content: bytes, status: int, wrong: str
) -> None:
    answer = await http.request(method, httpx.URL(admin.url + target), content=content)
    assert answer.status_code == status
    assert wrong in answer.json()["detail"]
    assert farm.cluster("north").counters()["crashes"] == 0


async def test_two_lengths_of_one_request_are_refused_here_too(admin: Admin) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(admin.url.rpartition(":")[2]))
    writer.write(
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()
