"""Looks never back off: one that tells nothing counts as nothing, and `busy` is a refusal like any other."""

from connector.outcomes import Outcome
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.processor.outcome_classes import OutcomeClass, classify
from pipeline.processor.processor import Table
from pipeline.record import Claim

__all__ = ["OVERRIDES", "NoBackoffStore", "takes_busy_for_a_refusal"]


class NoBackoffStore(Rest):
    """The processor's side of a store."""

    async def release(
        self,
        claim: Claim,
        *,
        due_in: float,
        error: str | None,
        settled: bool = False,
        refund: bool = False,
        inconclusive: bool = False,
    ) -> bool:
        """As ever, but what has learnt nothing rests not at all, and nobody counts it."""
        rest = 0.0 if inconclusive else due_in
        released: bool = await self._store.release(claim, due_in=rest, error=error, settled=settled, refund=refund)
        return released


def takes_busy_for_a_refusal(outcome: Outcome) -> OutcomeClass:
    """So that neither the cluster is asked less, nor a look longer in coming."""
    outcome_class = classify(outcome)
    return OutcomeClass.NOT_NOW if outcome_class is OutcomeClass.BUSY else outcome_class


OVERRIDES = Overrides(table=Table(classify=takes_busy_for_a_refusal), processor_store=NoBackoffStore)
