"""Creates under a new request id each time, so that no connector can tell a repetition: what two bugs share."""

from connector.operations import Verb
from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.record import Claim, Command

__all__ = ["NewRequestIds"]


class NewRequestIds(Rest):
    """The processor's side of a store. The ids still follow from the record, so that a run can be played again."""

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        command = await self._store.begin(claim, verb, seconds=seconds)
        if command is None or verb is not Verb.CREATE:
            return command
        return replace(command, request_id=f"{claim.record.id}.again.{command.sequence}")
