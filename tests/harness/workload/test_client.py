"""A client judges answers as ok, fail or info, and retries what is unclear with the same key."""

import asyncio
from collections.abc import Iterable

import pytest

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from harness.scenario.scenario import ClientPolicy
from harness.workload.client import open_client
from harness.workload.recorder import Recorder
from reports.history import Attempt, Op, OpKind, OpResult, Purpose
from tests.harness.workload.scripted import HANG, HANG_UP, OVER_HTTP, Action, Reply, Seen, scripted_server

PATIENT = ClientPolicy(connect=30.0, total=30.0, retries=2, retry_wait=0.01)
QUICK = replace(PATIENT, total=0.15)
ACCEPTED = Reply(status=202, body={"id": "s-1", "state": "pending", "size": 5, "anything": "else"})
TAKEN = Reply(status=409, problem=True, body={"type": "/problems/share-pending", "title": "Taken", "detail": "wait"})
GATEWAY_TIMEOUT = Reply(
    status=504,
    problem=True,
    body={"type": "about:blank", "title": "Gateway Timeout"},
    headers={"Spoolproof-Timeout": "gateway; site=gateway.request"},
)


def _draft(kind: OpKind = OpKind.CREATE, name: str = "share-0001") -> Op:
    reading = kind in {OpKind.GET, OpKind.LIST}
    return Op(
        number=0,
        client="client-1",
        kind=kind,
        purpose=Purpose.LOAD,
        location="north",
        name=name,
        key=None if reading else "k1",
        size=None if reading else 5,
        intended_at=0.0,
        invoked_at=0.0,
    )


async def _ask(
    actions: Iterable[Action], draft: Op | None = None, *, policy: ClientPolicy = PATIENT
) -> tuple[Op, tuple[Attempt, ...], list[Seen]]:
    """One op against a server that follows `actions`, its last for ever."""
    script = list(actions)
    recorder = Recorder(asyncio.get_running_loop().time)

    def act(_: Seen) -> Action:
        return script.pop(0) if len(script) > 1 else script[0]

    async with (
        scripted_server(act) as server,
        open_client(server.url, policy, recorder, seed=1, open_service=OVER_HTTP) as client,
    ):
        op = await client.perform(recorder.invoke(draft or _draft()))
        return op, recorder.attempts, server.seen


async def test_an_accepted_create_is_ok_and_shows_what_the_body_says() -> None:
    op, attempts, seen = await _ask([ACCEPTED])
    assert (op.result, op.status, op.share, op.state, op.tries) == (OpResult.OK, 202, "s-1", "pending", 1)
    assert [(a.op, a.tried, a.verb, a.result, a.status) for a in attempts] == [(1, 1, "create", OpResult.OK, 202)]
    assert seen[0].body == {"location": "north", "name": "share-0001", "size": 5}
    assert seen[0].headers["idempotency-key"] == "k1"


async def test_all_clients_together_may_try_again_as_often_as_their_requests_have_earned() -> None:
    recorder = Recorder(asyncio.get_running_loop().time)
    policy = replace(PATIENT, retries=1, retry_budget=0.5)
    async with (
        scripted_server(lambda _: GATEWAY_TIMEOUT) as server,
        open_client(server.url, policy, recorder, seed=1, open_service=OVER_HTTP) as client,
    ):
        done = [await client.perform(recorder.invoke(_draft(name=f"share-{n}"))) for n in range(6)]
    assert [op.tries for op in done] == [1, 2, 1, 2, 1, 2]
    assert {op.result for op in done} == {OpResult.INFO}


async def test_a_problem_of_4xx_is_a_failure_with_its_cause_and_is_not_retried() -> None:
    op, attempts, _ = await _ask([TAKEN])
    assert (op.result, op.status, op.cause) == (OpResult.FAIL, 409, "share-pending")
    assert [a.message for a in attempts] == ["wait"]


async def test_a_4xx_that_is_not_a_problem_tells_nothing() -> None:
    op, _, _ = await _ask([Reply(status=404, body={})])
    assert (op.result, op.status, op.cause) == (OpResult.INFO, 404, "status-404")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_5xx_is_unknown_even_as_a_problem(status: int) -> None:
    op, attempts, _ = await _ask([Reply(status=status, problem=True, body={"title": "Oh"})])
    assert (op.result, op.status, op.tries) == (OpResult.INFO, status, 3)
    assert all(attempt.result is OpResult.INFO for attempt in attempts)


async def test_an_unclear_answer_is_asked_again_with_the_same_key_and_body_until_it_is_clear() -> None:
    op, attempts, seen = await _ask([GATEWAY_TIMEOUT, HANG_UP, ACCEPTED])
    assert (op.result, op.status, op.tries) == (OpResult.OK, 202, 3)
    assert [a.result for a in attempts] == [OpResult.INFO, OpResult.INFO, OpResult.OK]
    assert [a.code for a in attempts] == [Code.TIMEOUT, Code.LOST, None]
    assert len({(s.method, s.path, s.headers["idempotency-key"], str(s.body)) for s in seen}) == 1


async def test_a_gateway_that_names_the_site_of_its_timeout_is_believed() -> None:
    _, attempts, _ = await _ask([GATEWAY_TIMEOUT])
    assert {a.site for a in attempts} == {Site.GATEWAY_REQUEST}


async def test_silence_is_given_up_at_the_deadline_and_unknown() -> None:
    op, attempts, _ = await _ask([HANG], policy=QUICK)
    assert (op.result, op.status, op.cause, op.tries) == (OpResult.INFO, None, "client-timeout", 3)
    assert {(a.code, a.site, a.status) for a in attempts} == {(Code.TIMEOUT, Site.GATEWAY_REPLY, None)}
    assert all(a.ended_at is not None and a.ended_at - a.began_at >= 0.15 for a in attempts)


async def test_a_connection_lost_after_sending_is_unknown() -> None:
    op, attempts, _ = await _ask([HANG_UP])
    assert (op.result, op.cause) == (OpResult.INFO, "connection-lost")
    assert {a.code for a in attempts} == {Code.LOST}


async def test_a_request_that_never_left_failed_for_certain() -> None:
    recorder = Recorder(asyncio.get_running_loop().time)
    async with scripted_server(lambda _: ACCEPTED) as server:
        url = server.url
    async with open_client(url, QUICK, recorder, seed=1, open_service=OVER_HTTP) as client:
        op = await client.perform(recorder.invoke(_draft()))
    assert (op.result, op.status, op.cause, op.tries) == (OpResult.FAIL, None, "connection-refused", 3)
    assert {a.site for a in recorder.attempts} == {Site.GATEWAY_REQUEST}


async def test_reads_are_asked_once_and_carry_no_key() -> None:
    op, attempts, seen = await _ask([Reply(status=503)], _draft(OpKind.GET, "a b/c'ü"))
    assert (op.result, op.tries, len(attempts)) == (OpResult.INFO, 1, 1)
    assert seen[0].path == "/v1/shares/north/a%20b%2Fc%27%C3%BC"
    assert "idempotency-key" not in seen[0].headers


async def test_an_op_cut_short_stays_as_it_was_asked() -> None:
    recorder = Recorder(asyncio.get_running_loop().time)
    asked = asyncio.Event()

    def hang(_: Seen) -> Action:
        asked.set()
        return HANG

    async with (
        scripted_server(hang) as server,
        open_client(server.url, QUICK, recorder, seed=1, open_service=OVER_HTTP) as client,
        asyncio.TaskGroup() as group,
    ):
        task = group.create_task(client.perform(recorder.invoke(_draft())))
        await asked.wait()
        task.cancel()
    assert [(op.result, op.completed_at) for op in recorder.ops] == [(OpResult.INFO, None)]
    assert [(a.result, a.ended_at) for a in recorder.attempts] == [(OpResult.INFO, None)]
