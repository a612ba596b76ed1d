"""A client that calls the service gets the answers that it would get over HTTP."""

import asyncio

import pytest

from connector.values import replace
from harness.scenario.scenario import Scenario
from harness.service.answer import Answer
from harness.service.reference import settings_of, with_design
from harness.virtual.loop import run_virtually
from harness.virtual.network import Network
from harness.virtual.world import VirtualConfig, open_virtual_world
from pipeline.settings import Design
from reports.history import Op, OpKind, Purpose
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
