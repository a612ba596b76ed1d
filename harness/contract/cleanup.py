"""Removes shares of a run, and tells which of them are still there."""

from collections.abc import Callable, Iterable
from itertools import count

from connector.codes import Code
from connector.operations import Delete, DeleteSnapshot, List, ListReply, ListSnapshots, Show, SnapshotsReply, Stamp
from connector.outcomes import Done, Failed
from connector.protocol import Connector, Deadlines

__all__ = ["Remover", "list_names"]

_ROUNDS = 3
"""Tries for each share: a connector may be busy, or lose a reply."""


async def list_names(connector: Connector, deadlines: Deadlines) -> tuple[str, ...] | None:
    """The shares on the cluster; None where the list cannot be had."""
    outcome = await connector.perform(List(), deadlines)
    if isinstance(outcome, Done) and isinstance(outcome.reply, ListReply):
        return tuple(share.name for share in outcome.reply.shares)
    return None


class Remover:
    """Removes what one token stands for. owns: whether a name is of the run."""

    def __init__(self, connector: Connector, deadlines: Deadlines, token: str, owns: Callable[[str], bool]) -> None:
        self._connector = connector
        self._deadlines = deadlines
        self._token = token
        self._owns = owns
        self._numbers = count(1)

    async def find(self, names: Iterable[str]) -> tuple[tuple[str, ...], bool]:
        """Those of the run that are there: of the list where it can be had, else of these names; and whether it was."""
        listed = await list_names(self._connector, self._deadlines)
        if listed is not None:
            return tuple(name for name in listed if self._owns(name)), True
        return tuple([name for name in names if not await self._is_gone(name)]), False

    async def remove(self, names: Iterable[str]) -> tuple[str, ...]:
        """Remove all that is there. Returns what is still there, or may be."""
        left: tuple[str, ...] = ()
        for _ in range(_ROUNDS):
            left, _ = await self.find(names)
            if not left:
                break
            for name in left:
                await self._remove(name)
        else:
            left, _ = await self.find(names)
        return left

    async def _remove(self, name: str) -> None:
        outcome = await self._connector.perform(Delete(name=name, stamp=self._stamp()), self._deadlines)
        if isinstance(outcome, Failed) and outcome.code is Code.NOT_EMPTY:
            await self._remove_snapshots(name)
            await self._connector.perform(Delete(name=name, stamp=self._stamp()), self._deadlines)

    async def _remove_snapshots(self, name: str) -> None:
        outcome = await self._connector.perform(ListSnapshots(name=name), self._deadlines)
        if isinstance(outcome, Done) and isinstance(outcome.reply, SnapshotsReply):
            for each in outcome.reply.snapshots:
                request = DeleteSnapshot(name=name, snapshot=each.snapshot, stamp=self._stamp())
                await self._connector.perform(request, self._deadlines)

    async def _is_gone(self, name: str) -> bool:
        outcome = await self._connector.perform(Show(name=name), self._deadlines)
        return isinstance(outcome, Failed) and outcome.code in {Code.NOT_FOUND, Code.INVALID}

    def _stamp(self) -> Stamp:
        return Stamp(request_id=f"{self._token}-c{next(self._numbers)}")
