"""An error of the pipeline's own that it contained does not vanish: the run's notes have it."""

from collections.abc import Sequence
from typing import Any

from connector.operations import List, Request
from connector.outcomes import Outcome
from connector.protocol import Connector, Deadlines
from harness.scenario.roles import Role
from harness.virtual.runner import VirtualRunner
from pipeline.overrides import Overrides
from pipeline.record import Claim, Message
from pipeline.store.store import Store
from tests.harness.live.scenes import calm, invalid


class Broken:
    """A connector with a bug in its list."""

    def __init__(self, connector: Connector) -> None:
        self.connector = connector

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        if isinstance(request, List):
            raise KeyError("a bug in list")
        return await self.connector.perform(request, deadlines)


class Forgetful:
    """A store whose every third claim meets a bug."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.claims = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def claim_many(self, messages: Sequence[Message] | None, **terms: Any) -> Sequence[Claim]:
        self.claims += 1
        if self.claims % 3 == 0:
            raise IndexError("a bug in claim")
        return await self.store.claim_many(messages, **terms)


def test_a_sweeper_with_a_bug_neither_ends_the_processor_nor_hides_it() -> None:
    scenario = calm()
    played = VirtualRunner(overrides={Role.PROCESSOR: Overrides(connector=Broken)}).run_now(scenario, seed=2)
    assert invalid(scenario, played) == {}
    notes = [note for note in played.notes if "a bug in list" in note]
    assert len(notes) == 1
    assert notes[0].startswith("internal error in the processor, logged ")


def test_a_bug_in_claiming_costs_time_and_no_share() -> None:
    scenario = calm()
    overrides = Overrides(processor_store=Forgetful)  # type: ignore[arg-type]  # it passes every other method on
    played = VirtualRunner(overrides={Role.PROCESSOR: overrides}).run_now(scenario, seed=2)
    assert invalid(scenario, played) == {}
    assert any("IndexError: a bug in claim" in note for note in played.notes)


def test_a_run_without_such_an_error_says_nothing_of_them() -> None:
    assert [note for note in VirtualRunner().run_now(calm(), seed=2).notes if "internal" in note] == []
