"""Holds store, spool and clusters against each other, reports what differs, and mends what is safe to mend.

It writes no state and removes no record: it sends or ends messages, asks for a verify, and lets the sweeper delete what
the sweeper may delete. So it may be run again at any time, beside any number of processors. What somebody else made is
reported, and never touched.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from connector.clock import Clock
from connector.operations import Capability, List, ListReply
from connector.outcomes import Done
from connector.values import replace
from pipeline.findings import FindingKind, SweepFinding
from pipeline.holds import paused
from pipeline.processor.differences import DifferenceKind, Discrepancy, RemedyOf, remedy_of
from pipeline.processor.hints import strays, unhinted
from pipeline.processor.mender import Mends, TransactingStore
from pipeline.processor.outcome_classes import describe
from pipeline.processor.sorting import Marked, marked
from pipeline.processor.sweeper import Sweeper
from pipeline.settings import ReconcilerSettings

__all__ = ["Reconciler"]

_OF_FINDING = {FindingKind.MISSING: DifferenceKind.MISSING, FindingKind.DIFFERENT: DifferenceKind.DIFFERENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciler:
    """One for all clusters of a pipeline. sweepers: by location.

    brokered: messages wait with a broker, which nobody asks: that work lacks its message is not judged then, and the
    messages that are held against work are those that wait for their relay.
    """

    store: TransactingStore
    sweepers: Mapping[str, Sweeper]
    mender: Mends
    settings: ReconcilerSettings
    clock: Clock
    remedy_of: RemedyOf = remedy_of
    brokered: bool = False

    async def turn(self) -> bool:
        """Wait, then reconcile once, as the settings say."""
        assert self.settings.every is not None, "without an interval nobody calls this"
        await asyncio.sleep(self.settings.every)
        await self.reconcile(apply=self.settings.apply)
        return True

    async def reconcile(self, *, apply: bool) -> Sequence[Discrepancy]:
        """All that differs now. apply: mend what has a remedy, one at a time, with a pause after each."""
        return [await self._seen_to(difference, apply=apply) async for difference in self._differences()]

    async def _seen_to(self, difference: Discrepancy, *, apply: bool) -> Discrepancy:
        remedy = self.remedy_of(difference.kind)
        if remedy is None or not apply:
            return replace(difference, remedy=remedy)
        mended = await self.mender.mend(difference, remedy)
        await asyncio.sleep(self.settings.pause)
        return replace(difference, remedy=remedy, mended=mended)

    async def _differences(self) -> AsyncIterator[Discrepancy]:
        grace = self.settings.grace
        due = [] if self.brokered else await self.store.transact(lambda tables: unhinted(tables, grace))
        for record in due:
            detail = f"is {record.state}, has been due for more than {grace:g} s, and no message tells of it"
            yield Discrepancy(
                kind=DifferenceKind.UNHINTED,
                location=record.location,
                name=record.name,
                mark=record.id,
                detail=detail,
            )
        for message in await self.store.transact(strays):
            detail = (
                f"message {message.number} tells of generation {message.generation} of {message.share}: no such work"
            )
            yield Discrepancy(kind=DifferenceKind.STRAY_MESSAGE, location="", message=message.number, detail=detail)
        for location, sweeper in self.sweepers.items():
            for difference in await self._of_cluster(location, sweeper):
                yield difference

    async def _of_cluster(self, location: str, sweeper: Sweeper) -> Sequence[Discrepancy]:
        if location in paused(await sweeper.reads.holds(), self.clock()):
            return [_unlisted(location, "it is paused")]
        silence = await sweeper.cluster.learn()
        if silence is not None:
            return [_unlisted(location, describe(silence))]
        if Capability.MARK not in sweeper.cluster.claimed:
            return [_unlisted(location, "its connector keeps no marks, so that nothing there can be told to be ours")]
        began_at = self.clock()
        outcome = await sweeper.cluster.ask(List())
        if not (isinstance(outcome, Done) and isinstance(outcome.reply, ListReply)):
            return [_unlisted(location, f"it could not be listed: {describe(outcome)}")]
        shares = outcome.reply.shares
        found = await sweeper.sorted_out(shares)
        ours = {row.mark for row in marked(shares, sweeper.marks)}
        strange = [share for share in shares if (share.mark or "") not in ours]
        contradicted = await sweeper.contradicted(shares, began_at, is_whole=True)
        orphans = await self._old_enough(found.orphans, sweeper)
        return [
            *(_about(DifferenceKind.ORPHAN, location, row.share.name, row.mark, _ORPHAN) for row in orphans),
            *(_about(DifferenceKind.FOREIGN, location, row.share.name, row.mark, _FOREIGN) for row in found.foreign),
            *(_about(DifferenceKind.FOREIGN, location, row.share.name, row.mark, _UNTRACED) for row in found.untraced),
            *(_about(DifferenceKind.FOREIGN, location, share.name, share.mark, _STRANGE) for share in strange),
            *(_contradiction(location, finding) for finding in contradicted),
        ]

    async def _old_enough(self, orphans: Sequence[Marked], sweeper: Sweeper) -> Sequence[Marked]:
        """Those that are there still when the sweeper's grace is over: a connector gives no age."""
        if not orphans:
            return ()
        await asyncio.sleep(sweeper.settings.grace)
        outcome = await sweeper.cluster.ask(List(mark=sweeper.marks.owner))
        if not (isinstance(outcome, Done) and isinstance(outcome.reply, ListReply)):
            return ()
        first = {row.mark for row in orphans}
        found = await sweeper.sorted_out(outcome.reply.shares)
        return [row for row in found.orphans if row.mark in first]


_ORPHAN = "its record was removed, and the share is there"
_FOREIGN = "carries a mark of our owner, and was made by another store"
_UNTRACED = "carries a mark of ours, and this store never removed such a share"
_STRANGE = "carries no mark of ours"


def _about(kind: DifferenceKind, location: str, name: str, mark: str | None, detail: str) -> Discrepancy:
    return Discrepancy(kind=kind, location=location, name=name, mark=mark, detail=detail)


def _unlisted(location: str, detail: str) -> Discrepancy:
    return Discrepancy(kind=DifferenceKind.UNLISTED, location=location, detail=detail)


def _contradiction(location: str, finding: SweepFinding) -> Discrepancy:
    is_half_made = finding.kind is FindingKind.DIFFERENT and finding.detail.endswith("half-made")
    kind = DifferenceKind.HALF_MADE if is_half_made else _OF_FINDING[finding.kind]
    return _about(kind, location, finding.name, finding.mark, finding.detail)
