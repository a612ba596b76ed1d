"""Any sequence of calls on all stores at once: every answer and all that they hold are the same after each step."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from connector.codes import Code
from connector.operations import DoneReply, ShareView, ShowReply, Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.sites import Site
from connector.values import replace
from pipeline import transitions
from pipeline.errors import IllegalMoveError
from pipeline.findings import FindingKind, SweepFinding
from pipeline.holds import HoldKind
from pipeline.quotas import UNLIMITED, Quota, Quotas
from pipeline.record import Change, Claim, Command, DeadFilter, Idempotency, Unclaimed
from pipeline.states import Operation, ShareState
from pipeline.store.acceptances import Acceptance, Accepted, NotFound, Render, StoredAnswer
from pipeline.store.store import Store
from pipeline.transitions import is_held
from tests.pipeline.store.stores import STORES, HandClock, answer, new_share, next_delivery

LEASE = 10.0
NAMES = st.sampled_from(["a", "b", "c"])
LOCATIONS = st.sampled_from(["north", "south"])
KEYS = st.none() | st.sampled_from(["k1", "k2"])
OWNERS = st.sampled_from(["one", "two"])
PLACES = st.none() | st.frozensets(LOCATIONS)
ROOMS = st.dictionaries(LOCATIONS, st.integers(1, 3))
TENANTS = st.sampled_from(["A", "a", "é"])
PRIORITIES = st.integers(0, 1)
TURNS = st.none() | st.dictionaries(LOCATIONS, TENANTS)
SIZES = st.integers(1, 3)
QUOTAS = st.sampled_from([UNLIMITED, Quota(shares=2), Quota(shares=3, bytes=23)])
REASONS = st.none() | st.just("quota")
OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(
    [
        Done(reply=DoneReply()),
        Failed(code=Code.QUOTA, site=Site.CONNECTOR_REPLY, message="full"),
        Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, message="no answer"),
    ]
)
SEEN = Done(reply=ShowReply(share=ShareView(name="a", size=1, mark="m")))

Call = Callable[[Store], Coroutine[Any, Any, Any]]


def unkept(acceptance: Acceptance) -> StoredAnswer:
    """An answer that is kept where something was accepted, and of which else the key alone is remembered."""
    kept = isinstance(acceptance, Accepted)
    return StoredAnswer(status=202, headers=((b"x-kind", type(acceptance).__name__.encode()),), body=b"", kept=kept)


class AllStores(RuleBasedStateMachine):
    """names: of those that are asked."""

    names: tuple[str, ...] = ("memory", "sqlite")

    claims: Bundle[Claim] = Bundle("claims")
    commands: Bundle[Command] = Bundle("commands")

    def __init__(self) -> None:
        super().__init__()
        self.clock = HandClock()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        directory = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.stores = [
            self.runner.run(self.stack.enter_async_context(factory(directory, self.clock)))
            for factory in (STORES[name] for name in self.names)
        ]
        self.made = 0

    def teardown(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()

    def all_say(self, call: Call) -> Any:
        """What all say, which is the same."""
        first, *others = [self.runner.run(self.ask(call, store)) for store in self.stores]
        assert all(other == first for other in others)
        return first

    @staticmethod
    async def ask(call: Call, store: Store) -> Any:
        try:
            return await call(store)
        except IllegalMoveError as error:
            return str(error)

    def next_id(self) -> str:
        self.made += 1
        return f"id-{self.made}"

    def idempotency(self, key: str | None, body: str) -> Idempotency | None:
        expires_at = self.clock.now + 30.0
        return None if key is None else Idempotency(tenant="t", key=key, body_hash=body, expires_at=expires_at)

    # The API's side

    @rule(
        name=NAMES,
        location=LOCATIONS,
        key=KEYS,
        render=st.sampled_from([answer, unkept]),
        tenant=TENANTS,
        priority=PRIORITIES,
        quota=QUOTAS,
    )
    def create(
        self, name: str, location: str, key: str | None, render: Render, tenant: str, priority: int, quota: Quota
    ) -> None:
        share = new_share(name, id=self.next_id(), location=location, tenant=tenant, priority=priority, quota=quota)
        asked = self.idempotency(key, f"create {location} {name}")
        self.all_say(lambda store: store.create(share, asked, render))

    @rule(names=st.lists(NAMES, min_size=2, max_size=4), quota=QUOTAS)
    def create_several_at_once(self, names: list[str], quota: Quota) -> None:
        shares = [new_share(name, id=self.next_id(), quota=quota) for name in names]

        async def together(store: Store) -> Any:
            return await asyncio.gather(*(store.create(share, None, answer) for share in shares))

        self.all_say(together)

    @rule(name=NAMES, location=LOCATIONS, key=KEYS, size=st.none() | SIZES, quota=QUOTAS)
    def change(self, name: str, location: str, key: str | None, size: int | None, quota: Quota) -> None:
        operation = Operation.DELETE if size is None else Operation.RESIZE
        change = Change(operation=operation, size=size, quotas=Quotas(default=quota))
        asked = self.idempotency(key, f"change {location} {name} {size}")
        self.all_say(lambda store: store.change(location, name, change, asked, answer))

    # A design that carries an operation out itself

    @rule(target=claims, name=NAMES, key=KEYS, size=st.none() | SIZES)
    def open(self, name: str, key: str | None, size: int | None) -> Any:
        asked = self.idempotency(key, f"open {name} {size}")
        share = new_share(name, id=self.next_id())
        resize = Change(operation=Operation.RESIZE, size=size)

        async def opened(store: Store) -> Any:
            own = store.with_writer("api", messages=False)
            if size is None:
                return await own.open_create(share, asked, answer, owner="api", lease=LEASE)
            return await own.open_change("north", name, resize, asked, answer, owner="api", lease=LEASE)

        found = self.all_say(opened)
        return found if isinstance(found, Claim) else multiple()

    @rule(claim=claims, key=KEYS, comes_about=st.booleans())
    def close_or_roll_back(self, claim: Claim, key: str | None, comes_about: bool) -> None:
        """As a design does while it holds the record."""
        asked = self.idempotency(key, f"closed {claim.record.name}")

        async def ended(store: Store) -> Any:
            record = await store.get(claim.record.location, claim.record.name)
            if record is None or not is_held(record, claim) or record.state is ShareState.FAILING:
                return "not in hand"
            own = store.with_writer("api", messages=False)
            if comes_about:
                return await own.close(claim, asked, answer)
            return await own.roll_back(claim, "no answer", key=asked, answer=unkept(NotFound()))

        self.all_say(ended)

    @rule()
    def roll_back_what_was_left_open(self) -> None:
        self.all_say(lambda store: store.with_writer("api").roll_back_all("the service ended"))

    # The processors' side

    @rule(target=claims, owner=OWNERS, locations=PLACES, turns=TURNS)
    def claim(self, owner: str, locations: frozenset[str] | None, turns: Mapping[str, str] | None) -> Any:
        claim = self.all_say(
            lambda store: store.claim(None, owner=owner, lease=LEASE, locations=locations, turns=turns, poison=2)
        )
        return multiple() if claim is None else claim

    @rule(
        target=claims,
        owner=OWNERS,
        rooms=ROOMS,
        most=st.sampled_from([1, 2, 64]),
        turns=TURNS,
        messages=st.none() | st.integers(1, 4),
    )
    def claim_many(
        self, owner: str, rooms: Mapping[str, int], most: int, turns: Mapping[str, str] | None, messages: int | None
    ) -> Any:
        async def claimed(store: Store) -> Any:
            taken = await store.spool.take(owner=owner, lease=LEASE, wait=0, limit=messages) if messages else None
            told = None if taken is None else [delivery.message for delivery in taken]
            claims = await store.claim_many(
                told, owner=owner, lease=LEASE, rooms=rooms, most=most, turns=turns or {}, poison=2
            )
            return [*claims]

        return multiple(*self.all_say(claimed))

    @rule(
        target=claims,
        owner=OWNERS,
        locations=PLACES,
        turns=TURNS,
        then=st.sampled_from(["ack", "nothing", "extend", "nack", "late"]),
    )
    def claim_by_message(
        self, owner: str, locations: frozenset[str] | None, turns: Mapping[str, str] | None, then: str
    ) -> Any:
        async def claimed(store: Store) -> Any:
            delivery = await next_delivery(store, owner=owner, lease=LEASE, wait=0)
            if delivery is None:
                return None
            claim = await store.claim(
                delivery.message, owner=owner, lease=LEASE, locations=locations, turns=turns, poison=2
            )
            match then:
                case "ack":
                    await delivery.ack()
                case "extend":
                    await delivery.extend(60.0)
                case "nack":
                    await delivery.nack(1.0)
                case "late":
                    await delivery.ack()
                    await delivery.ack()
                    await delivery.nack(0.0)
            return delivery.message, claim

        found = self.all_say(claimed)
        return found[1] if found is not None and found[1] is not None else multiple()

    @rule(target=claims, claim=claims, lease=st.sampled_from([LEASE, 30.0]))
    def renew(self, claim: Claim, lease: float) -> Any:
        renewed = self.all_say(lambda store: store.renew(claim, lease=lease))
        return multiple() if renewed is None else renewed

    @rule(
        target=commands,
        claim=claims,
        verb=st.sampled_from([Verb.CREATE, Verb.RESIZE, Verb.DELETE]),
        seconds=st.sampled_from([1.0, 50.0]),
    )
    def begin(self, claim: Claim, verb: Verb, seconds: float) -> Any:
        command = self.all_say(lambda store: store.begin(claim, verb, seconds=seconds))
        return multiple() if command is None else command

    @rule(target=claims, command=commands, outcome=OUTCOMES)
    def end(self, command: Command, outcome: Outcome) -> Claim:
        self.all_say(lambda store: store.end(command, outcome))
        return command.claim

    @rule(target=claims, claim=claims)
    def note_probe(self, claim: Claim) -> Claim:
        now = self.clock.now
        probe = transitions.probe(claim, Verb.SHOW, began_at=now - 1.0, outcome=SEEN, now=now)
        return replace(claim, notes=(*claim.notes, probe))

    @rule(outcome=st.none() | OUTCOMES)
    def note_unclaimed(self, outcome: Outcome | None) -> None:
        command = Unclaimed(
            location="north",
            verb=Verb.DELETE,
            share="id-1",
            name="a",
            request_id="id-1.sweep",
            tried=1,
            began_at=self.clock.now,
            deadline=self.clock.now + 5.0,
        )
        self.all_say(lambda store: store.note_unclaimed(command, outcome))

    @rule(target=claims, claim=claims, to=st.sampled_from(ShareState), reason=REASONS, size=st.none() | SIZES)
    def move(self, claim: Claim, to: ShareState, reason: str | None, size: int | None) -> Any:
        moved = self.all_say(lambda store: store.move(claim, to, reason=reason, confirmed_size=size))
        return moved if isinstance(moved, Claim) else multiple()

    @rule(target=claims, claim=claims, size=SIZES)
    def give_up(self, claim: Claim, size: int) -> Any:
        given_up = self.all_say(lambda store: store.give_up(claim, size=size, reason="refused"))
        return multiple() if given_up is None else given_up

    @rule(
        claim=claims,
        due_in=st.sampled_from([0.0, 5.0]),
        settled=st.booleans(),
        refund=st.booleans(),
        inconclusive=st.booleans(),
    )
    def release(self, claim: Claim, due_in: float, settled: bool, refund: bool, inconclusive: bool) -> None:
        self.all_say(
            lambda store: store.release(
                claim, due_in=due_in, error="x", settled=settled, refund=refund, inconclusive=inconclusive
            )
        )

    @rule(claim=claims)
    def remove(self, claim: Claim) -> None:
        self.all_say(lambda store: store.remove(claim))

    @rule(location=st.none() | LOCATIONS, tenant=st.none() | TENANTS, reason=st.sampled_from([None, "poison", "x"]))
    def requeue(self, location: str | None, tenant: str | None, reason: str | None) -> None:
        wanted = DeadFilter(location=location, tenant=tenant, reason=reason)
        self.all_say(lambda store: store.count_dead(wanted))
        self.all_say(lambda store: store.requeue(wanted))

    @rule(location=LOCATIONS, kind=st.sampled_from(HoldKind), seconds=st.sampled_from([None, 5.0]))
    def hold(self, location: str, kind: HoldKind, seconds: float | None) -> None:
        self.all_say(lambda store: store.hold(location, kind, reason="work", who="ada", seconds=seconds))

    @rule(location=LOCATIONS)
    def lift(self, location: str) -> None:
        self.all_say(lambda store: store.lift(location))

    @rule(found=st.lists(st.sampled_from(["a", "b", "c"]), unique=True), location=LOCATIONS)
    def report(self, found: list[str], location: str) -> None:
        findings = [SweepFinding(kind=FindingKind.MISSING, name=name, mark=name, detail=location) for name in found]
        self.all_say(lambda store: store.report(location, findings, frozenset({FindingKind.MISSING})))

    @rule(seconds=st.sampled_from([1.0, LEASE, 60.0, 4000.0]))
    def wait(self, seconds: float) -> None:
        self.clock.forward(seconds)

    # What they hold

    @invariant()
    def they_hold_the_same(self) -> None:
        ids = [f"id-{number}" for number in range(1, self.made + 1)]

        async def held(store: Store) -> list[Any]:
            return [
                list(await store.list()),
                list(await store.list(location="north", state=ShareState.ACTIVE, after=1, limit=2)),
                list(await store.events()),
                list(await store.attempts()),
                await store.counts(),
                await store.message_counts(),
                list(await store.findings()),
                await store.finding_counts(),
                await store.known(ids),
                dict(await store.removed(ids)),
                list(await store.holds()),
                list(await store.dead(DeadFilter())),
            ]

        self.all_say(held)


class WithPostgres(AllStores):
    """Fewer steps: each call is a round trip to the server."""

    names = ("memory", "postgresql")


def test_any_sequence_of_calls_gives_the_same_answers_and_leaves_the_same() -> None:
    assert {*AllStores.names, *WithPostgres.names} == {*STORES}
    run_state_machine_as_test(AllStores, settings=settings(max_examples=20, stateful_step_count=40))


def test_any_sequence_of_calls_on_postgresql_gives_the_same_answers_and_leaves_the_same() -> None:
    run_state_machine_as_test(WithPostgres, settings=settings(max_examples=8, stateful_step_count=30))


@pytest.mark.soak
@pytest.mark.parametrize("machine", [AllStores, WithPostgres])
def test_long_sequences_of_calls_too(machine: type[AllStores]) -> None:
    run_state_machine_as_test(machine, settings=settings(max_examples=1_000, stateful_step_count=80))
