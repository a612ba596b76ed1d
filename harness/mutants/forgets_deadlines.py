"""Forgets its deadlines: a command's is not written down, so nobody later waits until it can no longer land."""

from connector.operations import Verb
from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Claim, Command
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "ForgetfulStore"]


class ForgetfulStore(Rest):
    """The processor's side of a store."""

    async def begin(self, claim: Claim, verb: Verb, *, seconds: float) -> Command | None:
        command = await self._store.begin(claim, verb, seconds=seconds)
        if command is None:
            return None

        def forget(tables: Tables) -> None:
            record = tables.find_id(claim.record.id)
            if record is not None and record.fence == claim.fence:
                tables.update(record, replace(record, command_deadline=0.0))

        await self._store.transact(forget)
        record = replace(command.claim.record, command_deadline=0.0)
        return replace(command, claim=replace(command.claim, record=record))


OVERRIDES = Overrides(processor_store=ForgetfulStore)
