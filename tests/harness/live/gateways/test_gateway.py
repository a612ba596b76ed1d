"""Each gateway keeps its policy, says in its log who gave up and where, and ends whoever dies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from connector.values import replace
from harness.collect.gateway_log import GatewayRow, TryEnding
from harness.errors import ServiceUnavailable, WorldError
from harness.live.gateways.gateway import RunningGateway, gateway_launch, open_gateway
from harness.scenario.gateway import GatewaySpec
from harness.scenario.gateway_kind import GatewayKind
from tests.harness.live.gateways.services import OddService, odd_service
from tests.real_parts import need

_POLICY = GatewaySpec(connect=0.4, read=0.15, total=2.0)
_REAL = (GatewayKind.NGINX, GatewayKind.HAPROXY)
_ID = {"x-request-id": "op-1"}
_SOON = 20.0


@pytest.fixture(params=_REAL)
def kind(request: pytest.FixtureRequest) -> GatewayKind:
    need(request.param)
    return GatewayKind(request.param)


@asynccontextmanager
async def _in_front(
    kind: GatewayKind, folder: Path, policy: GatewaySpec = _POLICY, host: str = "127.0.0.1"
) -> AsyncIterator[tuple[RunningGateway, OddService, httpx.AsyncClient]]:
    async with (
        odd_service(host) as service,
        open_gateway(kind, policy, [service.url], folder) as gateway,
        httpx.AsyncClient(base_url=gateway.url, timeout=_SOON, trust_env=False) as http,
    ):
        yield gateway, service, http


async def _rows(gateway: RunningGateway, count: int = 1) -> list[GatewayRow]:
    """The log's, once so many requests have ended."""
    assert gateway.log is not None
    async with asyncio.timeout(_SOON):
        while len(rows := gateway.log.rows()) < count:
            await asyncio.sleep(0.01)
    return list(rows)


async def _ending(gateway: RunningGateway) -> TryEnding:
    (row,) = await _rows(gateway)
    (only,) = row.tries
    assert (row.request_id, row.began <= only.began <= only.ended) == ("op-1", True)
    return only.ending


async def test_what_the_service_answers_is_passed_back(kind: GatewayKind, tmp_path: Path) -> None:
    async with _in_front(kind, tmp_path) as (gateway, service, http):
        reply = await http.get("/ok?a=%2F", headers=_ID)
        assert (reply.text, reply.headers["x-request-id"], service.seen) == ("ok", "op-1", ["GET /ok?a=%2F"])
        (row,) = await _rows(gateway)
        assert (row.method, row.target, row.status, row.tries[0].status) == ("GET", "/ok?a=%2F", 200, 200)
        assert row.tries[0].ending is TryEnding.ANSWERED


async def test_a_request_without_an_id_is_given_one(kind: GatewayKind, tmp_path: Path) -> None:
    async with _in_front(kind, tmp_path) as (_, service, http):
        given = (await http.get("/ok")).headers["x-request-id"]
        assert f"x-request-id: {given}" in service.heads[0].decode().lower().replace(given.lower(), given)


@pytest.mark.parametrize(
    ("target", "ending", "statuses"),
    [
        ("/hang", TryEnding.READ_TIMEOUT, {504}),
        ("/close", TryEnding.BROKEN, {502}),
        ("/504", TryEnding.ANSWERED, {504}),
    ],
)
async def test_a_post_is_passed_on_once_and_its_end_is_told(
    target: str, ending: TryEnding, statuses: set[int], kind: GatewayKind, tmp_path: Path
) -> None:
    async with _in_front(kind, tmp_path) as (gateway, service, http):
        reply = await http.post(target, headers=_ID, content=b"x")
        assert reply.status_code in statuses
        assert await _ending(gateway) is ending
        assert service.seen == [f"POST {target}"]


async def test_an_answer_that_breaks_off_is_told(kind: GatewayKind, tmp_path: Path) -> None:
    async with _in_front(kind, tmp_path) as (gateway, _, http):
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/half", headers=_ID)
        assert await _ending(gateway) is TryEnding.BROKEN


async def test_a_service_that_is_not_there_is_refused(kind: GatewayKind, tmp_path: Path) -> None:
    async with odd_service() as service:
        gone = service.url
    async with (
        open_gateway(kind, _POLICY, [gone], tmp_path) as gateway,
        httpx.AsyncClient(base_url=gateway.url, timeout=_SOON, trust_env=False) as http,
    ):
        assert (await http.post("/ok", headers=_ID)).status_code == {"nginx": 502, "haproxy": 503}[kind]
        assert await _ending(gateway) is TryEnding.REFUSED


async def test_a_service_that_takes_no_connection_is_a_timeout_of_the_connection(
    kind: GatewayKind, tmp_path: Path
) -> None:
    full = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, backlog=1)
    host, port = full.sockets[0].getsockname()
    await full.start_serving()
    loop = asyncio.get_running_loop()
    loop.remove_reader(full.sockets[0].fileno())  # nobody accepts
    fillers = [asyncio.ensure_future(asyncio.open_connection(host, port)) for _ in range(4)]
    try:
        async with asyncio.timeout(_SOON):
            while sum(filler.done() for filler in fillers) < 2:
                await asyncio.sleep(0.01)
        async with (
            open_gateway(kind, replace(_POLICY, connect=0.1), [f"http://{host}:{port}"], tmp_path) as gateway,
            httpx.AsyncClient(base_url=gateway.url, timeout=_SOON, trust_env=False) as http,
        ):
            assert (await http.post("/ok", headers=_ID)).status_code == {"nginx": 504, "haproxy": 503}[kind]
            assert await _ending(gateway) is TryEnding.CONNECT_TIMEOUT
    finally:
        for filler in fillers:
            filler.cancel()
        for filler in fillers:
            with suppress(asyncio.CancelledError):
                (await filler)[1].close()
        full.close()


async def test_a_client_that_leaves_is_told(kind: GatewayKind, tmp_path: Path) -> None:
    async with _in_front(kind, tmp_path, replace(_POLICY, read=5.0)) as (gateway, service, http):
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/hang", headers=_ID, timeout=0.05)
        service.release.set()
        # haproxy waits for the answer all the same, and passes it on to nobody.
        assert await _ending(gateway) is {"nginx": TryEnding.CLIENT_LEFT, "haproxy": TryEnding.ANSWERED}[kind]


async def test_nginx_tells_a_service_that_does_not_take_the_request(tmp_path: Path) -> None:
    need("nginx")
    async with _in_front(GatewayKind.NGINX, tmp_path) as (gateway, _, http):
        assert (await http.put("/deaf", headers=_ID, content=b"x" * 8_000_000)).status_code == 504
        assert await _ending(gateway) is TryEnding.SEND_TIMEOUT


@pytest.mark.parametrize(
    ("method", "non_idempotent", "passed_on"), [("GET", False, 2), ("POST", False, 1), ("POST", True, 2)]
)
async def test_a_timed_out_request_is_passed_on_again_where_the_policy_says_so(
    method: str, non_idempotent: bool, passed_on: int, kind: GatewayKind, tmp_path: Path
) -> None:
    policy = replace(_POLICY, tries=2, non_idempotent=non_idempotent)
    async with _in_front(kind, tmp_path, policy) as (gateway, service, http):
        assert (await http.request(method, "/hang", headers=_ID)).status_code == 504
        assert service.seen == [f"{method} /hang"] * passed_on
        (row,) = await _rows(gateway)
        assert [one.ending for one in row.tries] == [TryEnding.READ_TIMEOUT] * passed_on
        assert all(one.ended - one.began > 0.1 for one in row.tries)


async def test_requests_beyond_its_limit_are_refused_at_once(kind: GatewayKind, tmp_path: Path) -> None:
    async with _in_front(kind, tmp_path, replace(_POLICY, read=9.0, max_connections=1)) as (_, service, http):
        first = asyncio.ensure_future(http.get("/hang"))
        async with asyncio.timeout(_SOON):
            while not service.seen:
                await asyncio.sleep(0.01)
        assert (await http.get("/ok")).status_code == 503
        service.release.set()
        assert (await first).status_code == 200


async def test_it_reaches_a_service_by_ipv6_and_below_a_path(kind: GatewayKind, tmp_path: Path) -> None:
    async with odd_service("::1") as service:
        async with (
            open_gateway(kind, _POLICY, [f"{service.url}/base/"], tmp_path) as gateway,
            httpx.AsyncClient(base_url=gateway.url, timeout=_SOON, trust_env=False) as http,
        ):
            assert (await http.get("ok")).text == "ok"
        assert service.seen == ["GET /base/ok"]


@pytest.mark.parametrize("name", ["with space", 'quote"s $dollar {brace}; é'])
async def test_its_folder_may_have_any_name(name: str, kind: GatewayKind, tmp_path: Path) -> None:
    async with _in_front(kind, tmp_path / name) as (gateway, _, http):
        await http.get("/ok")
        assert len(await _rows(gateway)) == 1


async def test_its_folder_may_be_below_the_working_directory(
    kind: GatewayKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    launch = gateway_launch(kind, _POLICY, ["http://127.0.0.1:1"], port=1, work=tmp_path, logs=Path("runs/logs"))
    folder = str(tmp_path / "runs/logs")
    assert not [word for word in launch.command if "runs/logs" in word and not word.startswith(folder)]
    async with _in_front(kind, Path("runs/logs")) as (gateway, _, http):
        await http.get("/ok")
        assert len(await _rows(gateway)) == 1


@pytest.mark.parametrize("seconds", [1e-6, 0.001, 24 * 3600.0, 3650 * 86400.0])
async def test_it_starts_with_any_timeout(seconds: float, kind: GatewayKind, tmp_path: Path) -> None:
    policy = GatewaySpec(connect=seconds, read=seconds, total=seconds)
    async with _in_front(kind, tmp_path, policy) as (_, __, http):
        assert (await http.get("/ok")).status_code in {200, 502, 503, 504}


async def test_a_killed_one_comes_back_on_its_port_and_leaves_nobody_behind(kind: GatewayKind, tmp_path: Path) -> None:
    async with _in_front(kind, tmp_path) as (gateway, _, http):
        await http.get("/ok")
        assert gateway.part.pid is not None
        assert psutil.Process(gateway.part.pid).children() == []
        gateway.part.kill()
        await gateway.part.wait()
        await gateway.part.start()
        assert (await http.get("/ok")).status_code == 200
        assert len(await _rows(gateway, 2)) == 2
        pid = gateway.part.pid
    assert not psutil.pid_exists(pid)


async def test_a_long_header_is_its_own_affair(kind: GatewayKind, tmp_path: Path) -> None:
    async with _in_front(kind, tmp_path) as (gateway, service, http):
        assert (await http.get("/ok", headers={"x" * 60_000: "y"})).status_code in {400, 431}
        (row,) = await _rows(gateway)
        assert (row.tries, service.seen) == ((), [])


async def test_a_program_that_is_not_installed_is_named(
    kind: GatewayKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.live.gateways.gateway._SBIN", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServiceUnavailable, match=f"{kind} is not installed: run `make real-parts`"):
        async with open_gateway(kind, _POLICY, ["http://127.0.0.1:1"], tmp_path):
            pass


@pytest.mark.parametrize("url", ["https://127.0.0.1:1", "http://a;b:1", "http://127.0.0.1:1/?x", "ftp://h"])
async def test_a_service_that_it_cannot_reach_is_refused(url: str, kind: GatewayKind, tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="http://"):
        async with open_gateway(kind, _POLICY, [url], tmp_path):
            pass


async def test_a_port_in_use_is_told(kind: GatewayKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with other:
        port = other.sockets[0].getsockname()[1]
        monkeypatch.setattr("harness.live.free_ports.FreePorts.of", lambda *_: port)
        with pytest.raises(ServiceUnavailable, match=r"(?s)ended at once.*(in use|cannot bind)"):
            async with open_gateway(kind, _POLICY, ["http://127.0.0.1:1"], tmp_path):
                pass


async def test_the_built_in_one_passes_on_as_well(tmp_path: Path) -> None:
    async with _in_front(GatewayKind.BUILTIN, tmp_path) as (gateway, _, http):
        assert ((await http.get("/ok")).text, gateway.log) == ("ok", None)
        assert (await http.get("/hang")).status_code == 504
