"""Restarts its sequences with each record: the commands of a name's next share look older than those of its last."""

from connector.operations import Verb
from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.numbering import next_sequence
from pipeline.overrides import Overrides
from pipeline.record import Claim, Command

__all__ = ["OVERRIDES", "RestartingStore"]


class RestartingStore(Rest):
    """The processor's side of a store."""

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        command = await self._store.begin(claim, verb, seconds=seconds)
        if command is None:
            return None
        before_the_first = next_sequence(0, claim.record.row) - 1
        return replace(command, sequence=command.sequence - before_the_first)


OVERRIDES = Overrides(processor_store=RestartingStore)
