"""Finds what no record tells of: shares that carry our mark and have no record, and active records without a share.

The owner's name opens every mark, so it must be unique among all that use a cluster. A connector gives no age, so a
share's age is counted from its first sighting; a restart begins to count again, which errs on the side of keeping.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.clock import Clock
from connector.operations import Capability, Delete, List, ListReply, ShareView, Stamp
from connector.outcomes import Done
from pipeline.errors import StoreUnavailableError
from pipeline.processor.cluster import Cluster
from pipeline.processor.meanings import describe
from pipeline.processor.situation import mark_of
from pipeline.settings import SweeperSettings
from pipeline.states import ShareState
from pipeline.store.protocol import JobStore, ReadStore

__all__ = ["Sweep", "Sweeper"]

_LOG = logging.getLogger(__name__)

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What one sweep found. deleted: ids of shares without a record. missing: ids of active records without a share."""

    deleted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Sweeper:
    """Sweeps one cluster. owner: as in the marks."""

    cluster: Cluster
    jobs: JobStore
    reads: ReadStore
    owner: str
    settings: SweeperSettings
    clock: Clock
    _first_seen: dict[str, float] = field(default_factory=dict)
    _alarmed: dict[str, None] = field(default_factory=dict)
    _sent: int = 0

    async def run(self) -> None:
        """For ever, or until the cluster says that it keeps no marks: then nothing there can be told to be ours."""
        while True:
            await asyncio.sleep(self.settings.every)
            silence = await self.cluster.learn()
            if silence is not None:
                continue
            if Capability.MARK not in self.cluster.claimed:
                _LOG.warning("%s: not swept: its connector keeps no marks", self.cluster.name)
                return
            try:
                await self.sweep()
            except StoreUnavailableError as error:
                _LOG.warning("%s: not swept: %s", self.cluster.name, error)

    async def sweep(self) -> Sweep:
        """Once. The cluster is listed first: a share that is listed had its record before, so none is misjudged."""
        began_at = self.clock()
        outcome = await self.cluster.ask(List())
        match outcome:
            case Done(reply=ListReply(shares=shares)):
                return Sweep(
                    deleted=await self._without_record(self._ours(shares)),
                    missing=await self._without_share(shares, began_at),
                )
            case _:
                _LOG.info("%s: not swept: %s", self.cluster.name, describe(outcome))
                return Sweep()

    def _ours(self, shares: tuple[ShareView, ...]) -> Mapping[str, ShareView]:
        opening = mark_of(self.owner, "")
        marked = [(share.mark or "", share) for share in shares]
        return {mark.removeprefix(opening): share for mark, share in marked if mark.startswith(opening)}

    async def _without_record(self, ours: Mapping[str, ShareView]) -> tuple[str, ...]:
        known = await self.jobs.known(tuple(ours))
        now = self.clock()
        self._first_seen = {id: self._first_seen.get(id, now) for id in ours if id not in known}
        old = tuple(id for id, seen_at in self._first_seen.items() if now - seen_at >= self.settings.grace)
        return tuple([id for id in old if await self._delete(id, ours[id])])

    async def _delete(self, id: str, share: ShareView) -> bool:
        """With the mark: a newer share of the same name carries another one, and is not touched."""
        self._sent += 1
        deadline = self.clock() + self.cluster.deadlines.total
        stamp = Stamp(
            # No sequence: that of the share's record went with it. The instant keeps two sweepers' ids apart.
            request_id=f"{id}.sweep.{self._sent}.{deadline:.6f}",
            not_after=deadline if Capability.NOT_AFTER in self.cluster.claimed else None,
        )
        delete = Delete(name=share.name, stamp=stamp, mark=mark_of(self.owner, id))
        outcome = await self.cluster.ask(delete, share=id)
        _LOG.warning("%s: swept %s (%s), which has no record: %s", self.cluster.name, share.name, id, describe(outcome))
        return isinstance(outcome, Done)

    async def _without_share(self, shares: tuple[ShareView, ...], began_at: float) -> tuple[str, ...]:
        """Alarms, once each; never a silent re-create, which could bring back an empty share in a full one's place."""
        listed = frozenset(share.mark for share in shares)
        missing = []
        after = 0
        while page := await self.reads.list(
            location=self.cluster.name, state=ShareState.ACTIVE, after=after, limit=_PAGE
        ):
            after = page[-1].row
            # A record that changed since we listed says nothing about the list.
            missing += [
                record.id
                for record in page
                if record.updated_at < began_at and mark_of(self.owner, record.id) not in listed
            ]
        for id in missing:
            if id not in self._alarmed:
                self._alarmed[id] = None
                _LOG.error("%s: ALARM: %s is active and its share is not on the cluster", self.cluster.name, id)
        return tuple(missing)
