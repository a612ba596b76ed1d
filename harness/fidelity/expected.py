"""What the contract itself makes of a sequence: in which state each command finds its share, and what it answers.

The model of a fake cluster, without time and faults, with the limits and capabilities of the target.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connector.operations import Capability, ListSnapshots, Request, SnapshotsReply, Verb
from connector.protocol import Refusal
from fake_clusters.effects import EffectLog
from fake_clusters.spec import ClusterLimits
from fake_clusters.state import ClusterState
from harness.contract.target import ContractTarget
from harness.fidelity.observed import DONE
from harness.fidelity.spelling import Speller, Vocabulary
from harness.fidelity.steps import SequenceStep

__all__ = ["ContractModel", "ContractSituation"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ContractSituation:
    """verb, state and code of one command. state: of its share, as the contract has it."""

    verb: Verb
    state: str
    code: str


class ContractModel:
    """claims: the capabilities of the target."""

    def __init__(self, target: ContractTarget, claims: frozenset[Capability], vocabulary: Vocabulary) -> None:
        self._dialect = target.dialect
        self._claims = claims
        self._vocabulary = vocabulary
        self._limits = ClusterLimits(
            share_size=target.limits.share_size, allocation=max(target.limits.rounding, target.dialect.size_step)
        )

    def situations(self, steps: Sequence[SequenceStep]) -> Iterator[tuple[int, ContractSituation]]:
        """Of each command that has a plain name or none, and is not one of a pair, with the number of its step.

        What a connector makes of odd names is its own matter, and what two commands at once meet is not certain.
        """
        state = ClusterState(self._limits, self._claims, EffectLog())
        speller = Speller(vocabulary=self._vocabulary, core="s-", register=str, unix=lambda: 0.0)
        known: set[str] = set()
        for number, step in enumerate(steps):
            for command in step.commands:
                request = self._dialect.reduced(speller.request(command))
                before = _state_of(state, getattr(request, "name", None), known)
                code = self._answer(state, request)
                if not step.is_pair and (command.share is None or command.share.is_plain):
                    yield number, ContractSituation(verb=command.verb, state=before, code=code)
                known.update(share.name for share in state.shares)

    @staticmethod
    def _answer(state: ClusterState, request: Request) -> str:
        answer = state.admit(request, 0.0) or state.apply(request, now=0.0)
        return answer.code.value if isinstance(answer, Refusal) else DONE


def _state_of(state: ClusterState, name: str | None, known: set[str]) -> str:
    if name is None:
        return "shares there" if state.shares else "no shares"
    share = state.share(name)
    if share is None:
        return "gone" if name in known else "absent"
    if _has_snapshots(state, name):
        return "with snapshots"
    return "with rules" if share.rules else "whole"


def _has_snapshots(state: ClusterState, name: str) -> bool:
    listed = state.answer(ListSnapshots(name=name))
    return isinstance(listed, SnapshotsReply) and bool(listed.snapshots)
