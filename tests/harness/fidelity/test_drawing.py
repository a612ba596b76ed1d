"""Sequences: a function of seed and number, one pair at most, and what the contract foresees in them."""

from collections.abc import Sequence

import pytest

from connector.dialects import DIALECTS, load_dialect
from connector.operations import Capability, Verb
from connector.targets import Target
from harness.contract.target import ContractTarget, TargetLimits
from harness.fidelity.drawing import SequenceDrawing
from harness.fidelity.expected import ContractModel, ContractSituation
from harness.fidelity.spelling import Vocabulary
from harness.fidelity.steps import SequenceStep

LIMITS = TargetLimits(name_bytes=80, share_size=1 << 40)


def _drawn(dialect: str = "native", *, seed: int = 1, count: int = 300) -> list[Sequence[SequenceStep]]:
    drawing = SequenceDrawing(load_dialect(dialect), LIMITS, seed=seed)
    return [drawing.sequence(number) for number in range(count)]


def _situations(dialect: str, claims: frozenset[Capability]) -> set[ContractSituation]:
    target = ContractTarget(
        title="t",
        target=Target(name="t", host="h", port=22, host_key="SHA256:a"),
        dialect=load_dialect(dialect),
        limits=LIMITS,
    )
    model = ContractModel(target, claims, Vocabulary.of(target))
    return {each for steps in _drawn(dialect) for _, each in model.situations(steps)}


def test_a_sequence_is_a_function_of_seed_and_number() -> None:
    assert _drawn() == _drawn()
    assert _drawn() != _drawn(seed=2)


def test_a_sequence_has_one_pair_at_most_and_each_on_its_own_connection() -> None:
    pairs = [[step for step in steps if step.is_pair] for steps in _drawn()]
    assert all(len(each) <= 1 for each in pairs)
    found = [step for each in pairs for step in each]
    assert len(found) > 100
    assert all([command.connection for command in step.commands] == [0, 1] for step in found)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_verbs_of_the_dialect_are_drawn_and_each_of_them(dialect: str) -> None:
    drawn = {command.verb for steps in _drawn(dialect) for step in steps for command in step.commands}
    assert drawn == set(load_dialect(dialect).steps)


def test_what_is_foreseen_follows_from_what_is_claimed() -> None:
    every = _situations("native", frozenset(Capability))
    assert ContractSituation(verb=Verb.DELETE, state="with snapshots", code="not-empty") in every
    assert {each.code for each in every} >= {"done", "stale", "expired", "invalid", "quota", "already-exists"}
    none = _situations("native", frozenset())
    assert {each.code for each in none if each.verb is Verb.SNAPSHOT_CREATE} == {"unsupported"}
    assert "stale" not in {each.code for each in none}
