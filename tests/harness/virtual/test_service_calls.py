"""A client that calls the service gets the answers that it would get over HTTP."""

import asyncio

import httpx
import pytest

from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from harness.errors import WorldError
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.service._reference.rows import HttpRows
from harness.service.answer import Answer
from harness.service.reference import ReadStore, ReferenceService, memory_store, settings_of, url_of, with_design
from harness.virtual.loop import run_virtually
from harness.virtual.network import Network
from harness.virtual.part import VirtualPart
from harness.virtual.partitions import Partitions
from harness.virtual.service_calls import ServiceCalls
from harness.virtual.world import VirtualConfig, open_virtual_world
from pipeline.api.app import create_api
from pipeline.errors import StoreUnavailableError
from pipeline.marks import StoreIdentity
from pipeline.settings import ApiSettings, Design
from reports.history import Hop, Op, OpKind, OpResult, Purpose
from tests.harness.live.scenes import calm


def _op(kind: OpKind, name: str = "one", *, size: int | None = None, key: str | None = None, at: str = "north") -> Op:
    return Op(
        number=0,
        client="client-1",
        kind=kind,
        purpose=Purpose.LOAD,
        location=at,
        name=name,
        size=size,
        key=key,
        intended_at=0.0,
        invoked_at=0.0,
    )


_AT_FIRST = (
    _op(OpKind.CREATE, size=1, key="k1"),
    _op(OpKind.CREATE, size=1, key="k1"),
    _op(OpKind.CREATE, size=2, key="k1"),
    _op(OpKind.CREATE, size=1, key="k2"),
    _op(OpKind.CREATE, "größe 50% *? ~", size=1, key="k3"),
    _op(OpKind.CREATE, "far", size=1, key="k4", at="nowhere"),
    _op(OpKind.CREATE, "large", size=2**53, key="k5"),
    _op(OpKind.CREATE, "a/b", size=1, key="k6"),
    _op(OpKind.GET),
    _op(OpKind.GET, "nobody"),
    _op(OpKind.GET, "größe 50% *? ~"),
    _op(OpKind.LIST),
    _op(OpKind.RESIZE, size=5, key="k7"),
    _op(OpKind.DELETE, key="k8"),
)
_LATER = (
    _op(OpKind.GET),
    _op(OpKind.CREATE, size=1, key="k9"),
    _op(OpKind.RESIZE, size=0, key="k10"),
    _op(OpKind.RESIZE, size=5, key="k11"),
    _op(OpKind.DELETE, key="k12"),
    _op(OpKind.DELETE, "nobody", key="k13"),
)


def _answers(scenario: Scenario, config: VirtualConfig) -> list[Answer]:
    async def ask() -> list[Answer]:
        async with (
            open_virtual_world(scenario, seed=1, config=config) as world,
            world.open_client(world.service.url, connect=1.0) as client,
        ):
            first = [await client.send(op, within=10.0) for op in _AT_FIRST]
            await asyncio.sleep(30.0)
            return [*first, *[await client.send(op, within=10.0) for op in _LATER]]

    return run_virtually(ask(), Network())


@pytest.mark.parametrize("design", Design)
def test_each_answer_is_the_one_that_http_gives(design: Design) -> None:
    scenario = with_design(calm(), design)
    called = _answers(scenario, VirtualConfig(model=True))
    assert called == _answers(scenario, VirtualConfig())
    assert {201, 202, 200, 404, 409, 422} & {answer.status for answer in called} >= {200, 404, 409, 422}


def test_a_full_gateway_and_one_that_gives_up_say_so_as_over_http() -> None:
    scenario = calm()
    settings = settings_of(scenario)
    gateway = settings.gateway.model_copy(update={"max_connections": 1, "read": 0.02, "total": 0.01})
    update = {"design": Design.BLOCKING, "gateway": gateway}
    scenario = replace(scenario, pipeline=settings.model_copy(update=update))

    async def ask(config: VirtualConfig) -> list[Answer]:
        async with (
            open_virtual_world(scenario, seed=1, config=config) as world,
            world.open_client(world.service.url, connect=1.0) as client,
        ):
            creates = (_op(OpKind.CREATE, name, size=1, key=name) for name in ("one", "two"))
            return list(await asyncio.gather(*(client.send(op, within=10.0) for op in creates)))

    called, asked = (run_virtually(ask(VirtualConfig(model=model)), Network()) for model in (True, False))
    assert called == asked
    assert [answer.status for answer in called] == [504, 503]


def test_what_a_run_reads_of_the_store_is_what_http_shows() -> None:
    lost = FAULTS["reply_lost"]
    rule = FaultRule(label="lost", kind=lost, parameters=lost.parameters(), selector=CallSelector(probability=0.5))
    scenario = replace(calm(), faults=(rule,))

    async def read() -> None:
        async with open_virtual_world(scenario, seed=1, config=VirtualConfig(model=True)) as world:
            service, api = world.service, world.service.parts[Role.API]
            assert isinstance(service, ReferenceService)
            async with world.open_client(service.url, connect=1.0) as client:
                for number in range(20):
                    await client.send(_op(OpKind.CREATE, f"share-{number}", size=1, key=f"k{number}"), within=10.0)
                await asyncio.sleep(20.0)
                await client.send(_op(OpKind.CREATE, "late", size=1, key="late"), within=10.0)
                while all(row.ended_at is not None for row in await service.read_commands()):
                    await asyncio.sleep(0.005)
            async with world.open_http(url_of(api), connect=1.0) as http:
                over_http = HttpRows(http, world.clock, hop=Hop.PROCESSOR)
                commands = await service.read_commands()
                assert {row.result for row in commands} == {OpResult.OK, OpResult.INFO}
                assert commands == await over_http.commands(None)
                assert await service.read_changes() == await over_http.changes(None)
                assert await service.read_changes(after=30) == await over_http.changes(30) != ()
                reading = await service.read_records(1)
                assert {row.state for row in reading.shares} == {"active", "pending"}
                assert reading == await over_http.records(1)
            assert isinstance(api, VirtualPart)
            api.kill()
            assert not (await service.read_records(1)).ok
            with pytest.raises(httpx.ConnectError):
                await service.read_changes()

    run_virtually(read(), Network())


def test_a_store_that_cannot_be_read_is_said_to_be_so() -> None:
    async def fail(store: ReadStore) -> None:
        raise StoreUnavailableError("no")

    async def read() -> None:
        http = ServiceCalls(Partitions(), latency=0.0, answers_at_once=True)
        api = create_api(
            memory_store(lambda: 0.0, identity=StoreIdentity(id="s")), ApiSettings(), clock=lambda: 0.0, new_id=str
        )
        async with http.serve(api, "api", 80) as url:
            with pytest.raises(WorldError, match="status 503"):
                await http.store(url, patience=1.0)(fail)

    run_virtually(read(), Network())
