"""The load asks at its instants whatever the answers do, and follows its shares to their end."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from connector.values import replace
from harness.scenario.scenario import ClientPolicy, Workload, WorkloadKind
from harness.workload.arrivals import Arrival, drawn
from harness.workload.client import open_client
from harness.workload.load import open_load
from harness.workload.recorder import Recorder
from reports.history import Op, OpKind, OpResult, Purpose
from tests.harness.workload.scripted import HANG, OVER_HTTP, Action, Reply, Script, Seen, scripted_server

QUICK = ClientPolicy(total=0.1, retries=0, poll_every=0.01, poll_deadline=5.0)
ABSENT = Reply(status=404, problem=True, body={"type": "/problems/not-found"})


class TinyApi:
    """Shares that need `looks` polls to end what they are in."""

    def __init__(self, looks: int = 2) -> None:
        self.looks = looks
        self.states: dict[str, tuple[str, int]] = {}
        self.methods: Counter[str] = Counter()
        self.keys: list[str] = []

    def __call__(self, seen: Seen) -> Action:
        self.methods[seen.method] += 1
        if "idempotency-key" in seen.headers:
            self.keys.append(seen.headers["idempotency-key"])
        name = seen.path.rpartition("/")[2]
        match seen.method:
            case "POST":
                return self._begin(seen.body["name"], "pending")
            case "PATCH":
                return self._begin(name, "updating")
            case "DELETE":
                return self._begin(name, "deleting")
            case _:
                return self._look(name)

    def _begin(self, name: str, state: str) -> Reply:
        self.states[name] = (state, self.looks)
        return Reply(status=202, body={"id": f"id-{name}", "state": state})

    def _look(self, name: str) -> Reply:
        state, left = self.states.get(name, ("gone", 0))
        if left == 0 and state == "deleting":
            del self.states[name]
        elif left == 0 and state != "gone":
            self.states[name] = ("active", 0)
        else:
            self.states[name] = (state, left - 1)
        shown, _ = self.states.get(name, ("gone", 0))
        return ABSENT if shown == "gone" else Reply(status=200, body={"id": f"id-{name}", "state": shown})


def _arrival(number: int, kind: WorkloadKind, at: float = 0.0) -> Arrival:
    return Arrival(
        number=number,
        at=at,
        kind=kind,
        phase="p",
        location="north",
        name=f"share-{number}",
        key=f"key-{number}",
        size=10,
        pick=0.5,
    )


def since_now() -> Recorder:
    loop = asyncio.get_running_loop()
    zero = loop.time()
    return Recorder(lambda: loop.time() - zero)


async def _play(
    script: Script, waves: Sequence[Sequence[Arrival]], policy: ClientPolicy = QUICK, *, size_unit: int = 1
) -> tuple[tuple[Op, ...], Counter[WorkloadKind]]:
    """Offer each wave once the one before has been followed to its end."""
    recorder = since_now()
    async with (
        scripted_server(script) as server,
        open_client(server.url, policy, recorder, seed=1, open_service=OVER_HTTP) as client,
        open_load(client, recorder, policy, size_unit=size_unit) as load,
    ):
        for wave in waves:
            await load.offer(wave, asyncio.Event())
            await load.finish(10.0)
        return recorder.ops, load.skipped


def _asked(ops: Sequence[Op]) -> list[Op]:
    return [op for op in ops if op.purpose is not Purpose.POLL]


async def test_a_load_that_is_far_behind_its_instants_still_hears_that_it_shall_stop() -> None:
    recorder, stop = since_now(), asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stop.set)
    late = islice(drawn(Workload(rate=1_000_000.0, duration=60.0), seed=1, clusters=("north",)), 20_000)
    async with (
        scripted_server(TinyApi()) as server,
        open_client(server.url, QUICK, recorder, seed=1, open_service=OVER_HTTP) as client,
        open_load(client, recorder, QUICK) as load,
    ):
        await load.offer(late, stop)
        assert next(late, None) is not None
        load.abandon()


async def test_a_create_is_polled_until_it_is_active() -> None:
    ops, _ = await _play(TinyApi(), [[_arrival(1, WorkloadKind.CREATE)]])
    polls = [op for op in ops if op.purpose is Purpose.POLL]
    assert [op.state for op in polls] == ["pending", "pending", "active"]
    assert all(op.kind is OpKind.GET and op.client == "client-1" and op.phase == "p" for op in polls)


async def test_the_history_has_the_sizes_that_a_service_with_a_unit_was_asked_for() -> None:
    waves = [[_arrival(1, WorkloadKind.CREATE)], [_arrival(2, WorkloadKind.RESIZE)]]
    ops, _ = await _play(TinyApi(), waves, size_unit=8)
    assert [(op.kind, op.size) for op in _asked(ops)] == [(OpKind.CREATE, 16), (OpKind.RESIZE, 16 + 3 * 16)]


async def test_the_name_of_a_share_that_is_gone_is_used_again_for_a_new_one() -> None:
    ops, skipped = await _play(
        TinyApi(),
        [
            [_arrival(1, WorkloadKind.CREATE), _arrival(2, WorkloadKind.RECREATE)],
            [_arrival(3, WorkloadKind.DELETE)],
            [_arrival(4, WorkloadKind.RECREATE), _arrival(5, WorkloadKind.RECREATE)],
            [_arrival(6, WorkloadKind.DELETE)],
        ],
    )
    assert [(op.kind, op.name, op.key) for op in _asked(ops)] == [
        (OpKind.CREATE, "share-1", "key-1"),
        (OpKind.DELETE, "share-1", "key-3"),
        (OpKind.CREATE, "share-1", "key-4"),
        (OpKind.DELETE, "share-1", "key-6"),
    ]
    assert skipped == {WorkloadKind.RECREATE: 2}


async def test_deletes_and_resizes_concern_shares_that_were_seen_active_and_are_followed_too() -> None:
    api = TinyApi()
    ops, skipped = await _play(
        api,
        [[_arrival(1, WorkloadKind.CREATE)], [_arrival(2, WorkloadKind.RESIZE)], [_arrival(3, WorkloadKind.DELETE)]],
    )
    assert [(op.kind, op.name, op.size) for op in _asked(ops)] == [
        (OpKind.CREATE, "share-1", 10),
        (OpKind.RESIZE, "share-1", 40),
        (OpKind.DELETE, "share-1", None),
    ]
    assert ops[-1].status == 404
    assert not api.states
    assert not skipped


async def test_an_arrival_that_finds_no_share_is_counted_and_asks_nothing() -> None:
    api = TinyApi()
    _, skipped = await _play(api, [[_arrival(1, WorkloadKind.DELETE), _arrival(2, WorkloadKind.PREMATURE)]])
    assert skipped == Counter({WorkloadKind.DELETE: 1, WorkloadKind.PREMATURE: 1})
    assert not api.methods


async def test_duplicates_repeat_key_and_body_competitors_only_the_name_and_reuse_only_the_key() -> None:
    kinds = (WorkloadKind.CREATE, WorkloadKind.DUPLICATE, WorkloadKind.COMPETE, WorkloadKind.REUSE)
    ops, _ = await _play(TinyApi(), [[_arrival(n, kind)] for n, kind in enumerate(kinds, start=1)])
    first, duplicate, compete, reuse = _asked(ops)
    assert {op.name for op in (first, duplicate, compete, reuse)} == {"share-1"}
    assert [op.duplicate_of for op in (duplicate, compete, reuse)] == [first.number] * 3
    assert (duplicate.key, duplicate.size, duplicate.body_differs) == ("key-1", 10, False)
    assert (compete.key, compete.size, compete.body_differs) == ("key-3", 10, False)
    assert (reuse.key, reuse.size, reuse.body_differs) == ("key-1", 11, True)


async def test_a_premature_operation_concerns_a_share_that_is_still_pending() -> None:
    waves = [[_arrival(1, WorkloadKind.CREATE), _arrival(2, WorkloadKind.PREMATURE, at=0.3)]]
    ops, _ = await _play(TinyApi(looks=10**6), waves, replace(QUICK, poll_deadline=0.6))
    premature = [op for op in _asked(ops) if op.client == "client-2"]
    assert [(op.kind, op.name) for op in premature] == [(OpKind.RESIZE, "share-1")]


async def test_arrivals_come_at_their_instants_though_nothing_is_answered() -> None:
    recorder = since_now()
    policy = replace(QUICK, total=60.0)
    async with (
        scripted_server(lambda _: HANG) as server,
        open_client(server.url, policy, recorder, seed=1, open_service=OVER_HTTP) as client,
        open_load(client, recorder, policy) as load,
    ):
        await load.offer([_arrival(n, WorkloadKind.CREATE, at=0.01 * n) for n in range(1, 11)], asyncio.Event())
        assert load.under_way == 10
    assert [op.intended_at for op in recorder.ops] == [0.01 * n for n in range(1, 11)]
    assert all(op.invoked_at >= op.intended_at for op in recorder.ops)


async def test_an_unclear_create_that_never_arrived_is_not_polled_for_ever() -> None:
    def lose(seen: Seen) -> Action:
        return HANG if seen.method == "POST" else ABSENT

    ops, _ = await _play(lose, [[_arrival(1, WorkloadKind.CREATE)]])
    assert ops[0].result is OpResult.INFO
    assert len(ops) > 2, "one look is not enough while the request may still be on its way"


async def test_a_stop_ends_the_arrivals_and_abandoned_clients_leave_their_ops_open() -> None:
    recorder = since_now()
    stop = asyncio.Event()

    def hang(_: Seen) -> Action:
        stop.set()
        return HANG

    async with (
        scripted_server(hang) as server,
        open_client(server.url, replace(QUICK, total=60.0), recorder, seed=1, open_service=OVER_HTTP) as client,
        open_load(client, recorder, QUICK) as load,
    ):
        await load.offer([_arrival(1, WorkloadKind.CREATE), _arrival(2, WorkloadKind.CREATE, at=60.0)], stop)
        assert load.under_way == 1
    assert [(op.result, op.completed_at) for op in recorder.ops] == [(OpResult.INFO, None)]
