"""Any sequence of calls, from the API's side and from processors with fresh and stale claims, against a dictionary."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from connector.operations import Verb
from pipeline.errors import IllegalMoveError
from pipeline.record import Change, Claim, Idempotency
from pipeline.states import Operation, ShareState, is_legal
from pipeline.store.acceptances import Acceptance, Accepted, Exists, KeyReused, NotActive, NotFound, Replayed
from tests.pipeline.store.stores import STORES, HandClock, StoreFactory, answer, new_share, next_delivery

NAMES = st.sampled_from(["a", "b", "c"])
KEYS = st.none() | st.sampled_from(["k1", "k2"])
OWNERS = st.sampled_from(["one", "two"])
LEASE = 10.0


@dataclass
class Model:
    """What a record must be. due_at: before it nobody may claim."""

    id: str
    state: ShareState
    generation: int
    due_at: float
    fence: int = 0
    owner: str | None = None
    sequence: int = 0


class StoreMachine(RuleBasedStateMachine):
    """Held against the model after every step: records, events, fences, messages."""

    claims: Bundle[Claim] = Bundle("claims")

    def __init__(self, factory: StoreFactory) -> None:
        super().__init__()
        self.clock = HandClock()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.directory = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.store = self.run(self.stack.enter_async_context(factory(Path(self.directory), self.clock)))
        self.records: dict[str, Model] = {}
        self.events: list[tuple[str, ShareState | None, ShareState | None, int | None]] = []
        self.keys: dict[str, tuple[str, str]] = {}
        self.made = 0

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    def run(self, call: Any) -> Any:
        return self.runner.run(call)

    # The API's side

    def idempotency(self, key: str | None, body: str) -> Idempotency | None:
        if key is None:
            return None
        return Idempotency(tenant="t", key=key, body_hash=body, expires_at=self.clock.now + 1e6)

    def settle(self, key: str | None, body: str, acceptance: Acceptance) -> bool:
        """Whether the key decided, as the model says that it must."""
        if key is None or key not in self.keys:
            if key is not None:
                self.keys[key] = (body, type(acceptance).__name__)
            return False
        first_body, first_kind = self.keys[key]
        if first_body != body:
            assert acceptance == KeyReused()
        else:
            assert isinstance(acceptance, Replayed)
            assert acceptance.answer.headers == ((b"x-kind", first_kind.encode()),)
        return True

    @rule(name=NAMES, key=KEYS)
    def create(self, name: str, key: str | None) -> None:
        self.made += 1
        id = f"id-{self.made}"
        body = f"create {name}"
        acceptance = self.run(self.store.create(new_share(name, id=id), self.idempotency(key, body), answer))
        if self.settle(key, body, acceptance):
            return
        if name in self.records:
            assert isinstance(acceptance, Exists)
            assert acceptance.record.id == self.records[name].id
            return
        assert isinstance(acceptance, Accepted)
        self.records[name] = Model(id=id, state=ShareState.PENDING, generation=1, due_at=self.clock.now)
        self.events.append((id, None, ShareState.PENDING, None))

    @rule(name=NAMES, key=KEYS, operation=st.sampled_from([Operation.RESIZE, Operation.DELETE]))
    def change(self, name: str, key: str | None, operation: Operation) -> None:
        body = f"{operation} {name}"
        change = Change(operation=operation, size=20 if operation is Operation.RESIZE else None)
        acceptance = self.run(self.store.change("north", name, change, self.idempotency(key, body), answer))
        if self.settle(key, body, acceptance):
            return
        model = self.records.get(name)
        if model is None:
            assert acceptance == NotFound()
        elif model.state is not ShareState.ACTIVE:
            assert isinstance(acceptance, NotActive)
        else:
            assert isinstance(acceptance, Accepted)
            to = ShareState.UPDATING if operation is Operation.RESIZE else ShareState.DELETING
            self.events.append((model.id, ShareState.ACTIVE, to, None))
            model.state, model.due_at, model.owner = to, self.clock.now, None
            model.generation += 1

    # The processors' side

    @rule(target=claims, owner=OWNERS)
    def claim(self, owner: str) -> Any:
        claim = self.run(self.store.claim(None, owner=owner, lease=LEASE))
        due = [
            model
            for model in self.records.values()
            if model.state is not ShareState.ACTIVE and model.due_at <= self.clock.now
        ]
        assert (claim is None) == (not due)
        if claim is None:
            return multiple()
        model = self.records[claim.record.name]
        assert model.due_at == min(other.due_at for other in due)
        assert (claim.record.id, claim.fence) == (model.id, model.fence + 1)
        model.fence, model.owner, model.due_at = claim.fence, owner, self.clock.now + LEASE
        return claim

    @rule(target=claims, owner=OWNERS)
    def claim_by_message(self, owner: str) -> Any:
        delivery = self.run(next_delivery(self.store, owner=owner, lease=LEASE, wait=0))
        if delivery is None:
            return multiple()
        message = delivery.message
        claim = self.run(self.store.claim(message, owner=owner, lease=LEASE))
        model = next((model for model in self.records.values() if model.id == message.share), None)
        takes = (
            model is not None
            and model.state is not ShareState.ACTIVE
            and model.due_at <= self.clock.now
            and message.generation >= model.generation
        )
        assert (claim is not None) == takes
        self.run(delivery.ack())
        if model is None or claim is None:
            return multiple()
        model.fence, model.owner, model.due_at = model.fence + 1, owner, self.clock.now + LEASE
        assert claim.fence == model.fence
        return claim

    def held(self, claim: Claim) -> Model | None:
        """The model's record, if this claim may still write to it."""
        model = self.records.get(claim.record.name)
        now = model and (model.id, model.fence, model.state, model.owner)
        return model if now == (claim.record.id, claim.fence, claim.record.state, claim.owner) else None

    @rule(claim=claims)
    def renew(self, claim: Claim) -> None:
        model = self.held(claim)
        assert (self.run(self.store.renew(claim, lease=LEASE)) is not None) == (model is not None)
        if model is not None:
            model.due_at = self.clock.now + LEASE

    @rule(claim=claims, seconds=st.sampled_from([1.0, 50.0]))
    def begin(self, claim: Claim, seconds: float) -> None:
        model = self.held(claim)
        command = self.run(self.store.begin(claim, Verb.CREATE, seconds=seconds))
        assert (command is not None) == (model is not None)
        if model is not None:
            assert command.sequence > model.sequence
            model.sequence = command.sequence
            model.due_at = max(model.due_at, self.clock.now + seconds)

    @rule(target=claims, claim=claims, to=st.sampled_from(ShareState))
    def move(self, claim: Claim, to: ShareState) -> Any:
        before = claim.record.state
        if not is_legal(before, to):
            with pytest.raises(IllegalMoveError):
                self.run(self.store.move(claim, to))
            return multiple()
        model = self.held(claim)
        moved = self.run(self.store.move(claim, to))
        assert (moved is not None) == (model is not None)
        if model is None or moved is None:
            return multiple()
        self.events.append((model.id, before, to, claim.fence))
        model.state = to
        if to is ShareState.ACTIVE:
            model.owner = None
        return moved

    @rule(claim=claims, due_in=st.sampled_from([0.0, 5.0]))
    def release(self, claim: Claim, due_in: float) -> None:
        model = self.held(claim)
        assert self.run(self.store.release(claim, due_in=due_in, error="x")) == (model is not None)
        if model is not None:
            model.owner, model.due_at = None, self.clock.now + due_in

    @rule(claim=claims)
    def give_up(self, claim: Claim) -> None:
        model = self.held(claim)
        assert (self.run(self.store.give_up(claim, size=10, reason="x")) is not None) == (model is not None)

    @rule(claim=claims)
    def remove(self, claim: Claim) -> None:
        if not is_legal(claim.record.state, None):
            with pytest.raises(IllegalMoveError):
                self.run(self.store.remove(claim))
            return
        model = self.held(claim)
        assert self.run(self.store.remove(claim)) == (model is not None)
        if model is not None:
            self.events.append((model.id, model.state, None, claim.fence))
            del self.records[claim.record.name]

    @rule(seconds=st.sampled_from([1.0, LEASE, 60.0]))
    def wait(self, seconds: float) -> None:
        self.clock.forward(seconds)

    @invariant()
    def records_are_what_the_model_says(self) -> None:
        found = {record.name: record for record in self.run(self.store.list())}
        assert set(found) == set(self.records)
        for name, model in self.records.items():
            record = found[name]
            seen = (record.id, record.state, record.generation, record.fence, record.owner)
            assert seen == (model.id, model.state, model.generation, model.fence, model.owner)
            assert (record.generation_done == record.generation) == (record.state is ShareState.ACTIVE)

    @invariant()
    def each_change_has_its_event_and_each_is_legal(self) -> None:
        events = self.run(self.store.events())
        assert [(event.share, event.before, event.after, event.fence) for event in events] == self.events
        assert all(is_legal(event.before, event.after) for event in events)


@pytest.mark.parametrize("name", STORES)
def test_any_sequence_of_calls_leaves_what_the_model_says(name: str) -> None:
    examples = 5 if name == "postgresql" else 25  # each call is a round trip to the server
    run_state_machine_as_test(
        lambda: StoreMachine(STORES[name]),  # type: ignore[arg-type]  # any callable will do, says its documentation
        settings=settings(max_examples=examples, stateful_step_count=30),
    )
