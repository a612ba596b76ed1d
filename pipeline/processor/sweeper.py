"""Finds what no record tells of, and what contradicts the records: orphans, shares of others, missing shares.

It deletes one kind alone: a share whose record this very store removed (sorting.py). All else is reported, once each,
and stays reported until it is gone. A connector gives no age, so a share's age is counted from its first sighting; a
restart begins to count again, which errs on the side of keeping.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connector.clock import Clock
from connector.codes import Code
from connector.operations import Capability, Delete, List, ListReply, ShareView, Stamp
from connector.outcomes import Done, Outcome, Unknown
from pipeline.findings import FindingKind, SweepFinding
from pipeline.holds import paused
from pipeline.marks import Marks
from pipeline.processor.backoff import pause_of_sweep
from pipeline.processor.cluster import Cluster
from pipeline.processor.outcome_classes import describe
from pipeline.processor.second_look import Contradiction, SecondLook, contradiction
from pipeline.processor.sorting import Marked, Sorted, SortOut, doubtful, marked, sort_out
from pipeline.settings import RetrySettings, SweeperSettings
from pipeline.states import ShareState
from pipeline.store.protocol import JobStore, ReadStore

__all__ = ["Sweep", "Sweeper"]

_LOG = logging.getLogger(__name__)

_PAGE = 500
_ALARMS = frozenset({FindingKind.MISSING, FindingKind.DIFFERENT, FindingKind.HELD_BACK})
"""Findings that somebody has to see to; the others may be as they should be."""
_SHOWN = 5
"""Findings of one kind that the log names one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What one sweep did. deleted: ids of shares whose records were removed. findings: all that hold now."""

    deleted: tuple[str, ...] = ()
    findings: tuple[SweepFinding, ...] = ()


@dataclass(slots=True, kw_only=True)
class Sweeper:
    """Sweeps one cluster. unswept: how many sweeps in a row could not list it."""

    cluster: Cluster
    jobs: JobStore
    reads: ReadStore
    marks: Marks
    sort_out: SortOut = sort_out
    settings: SweeperSettings
    retry: RetrySettings
    clock: Clock
    unswept: int = 0
    _reported: tuple[SweepFinding, ...] | None = None
    _first_seen: dict[str, float] = field(default_factory=dict)
    _sent: int = 0

    async def turn(self) -> bool:
        """Wait, then sweep once, unless the cluster is paused. False where it keeps no marks: then nothing there can be
        told to be ours."""
        await asyncio.sleep(pause_of_sweep(self.retry, self.settings.every, self.unswept))
        if self.cluster.name in paused(await self.reads.holds(), self.clock()):
            return True
        if await self.cluster.learn() is not None:
            return True
        if Capability.MARK not in self.cluster.claimed:
            _LOG.warning("%s: not swept: its connector keeps no marks", self.cluster.name)
            return False
        await self.sweep()
        return True

    async def sweep(self) -> Sweep:
        """Once. The cluster is listed first: a share that is listed had its record before, so none is misjudged."""
        began_at = self.clock()
        outcome, is_whole = await self._list()
        if not (isinstance(outcome, Done) and isinstance(outcome.reply, ListReply)):
            return await self._not_swept(outcome)
        self.unswept = 0
        shares = outcome.reply.shares
        found = await self.sorted_out(shares)
        due = self._due(found.orphans)
        held = due if len(due) > self.settings.at_most else ()
        deleted = [row.maker.share for row in (() if held else due) if await self.delete(row.share.name, row.mark)]
        contradicted = await self.contradicted(shares, began_at, is_whole=is_whole)
        findings = (*self._of_shares(found, held), *contradicted)
        await self._report(findings, frozenset(FindingKind))
        return Sweep(deleted=tuple(deleted), findings=findings)

    async def _list(self) -> tuple[Outcome, bool]:
        """All shares of our owner (True); of our store alone (False) where that reply is too long to be read."""
        outcome = await self.cluster.ask(List(mark=self.marks.owner))
        if not (isinstance(outcome, Unknown) and outcome.code is Code.UNREADABLE):
            return outcome, True
        _LOG.warning("%s: asked for its own shares only: %s", self.cluster.name, describe(outcome))
        return await self.cluster.ask(List(mark=f"{self.marks.owner}/{self.marks.store.id}")), False

    async def _not_swept(self, outcome: Outcome) -> Sweep:
        self.unswept += 1
        _LOG.warning("%s: not swept, %d times in a row: %s", self.cluster.name, self.unswept, describe(outcome))
        finding = SweepFinding(kind=FindingKind.UNSWEPT, detail=f"the cluster could not be listed: {describe(outcome)}")
        await self._report((finding,), frozenset({FindingKind.UNSWEPT}))
        return Sweep(findings=(finding,))

    async def sorted_out(self, shares: tuple[ShareView, ...]) -> Sorted:
        """Whose the marked ones are."""
        rows = marked(shares, self.marks)
        known = await self.jobs.known([row.maker.share for row in rows])
        removed = await self.jobs.removed(doubtful(rows, known))
        return self.sort_out(rows, self.marks, location=self.cluster.name, known=known, removed=removed)

    def _due(self, orphans: tuple[Marked, ...]) -> tuple[Marked, ...]:
        """Those that are older than the grace."""
        now = self.clock()
        self._first_seen = {row.mark: self._first_seen.get(row.mark, now) for row in orphans}
        return tuple(row for row in orphans if now - self._first_seen[row.mark] >= self.settings.grace)

    async def delete(self, name: str, mark: str | None) -> bool:
        """With the mark: a newer share of the same name carries another one, and is not touched."""
        self._sent += 1
        maker = self.marks.read(mark)
        id = name if maker is None else maker.share
        deadline = self.clock() + self.cluster.deadlines.total
        stamp = Stamp(
            # No sequence: that of the share's record went with it. The instant keeps two sweepers' ids apart.
            request_id=f"{id}.sweep.{self._sent}.{deadline:.6f}",
            not_after=deadline if Capability.NOT_AFTER in self.cluster.claimed else None,
        )
        outcome = await self.cluster.ask(Delete(name=name, stamp=stamp, mark=mark), share=id)
        _LOG.warning("%s: swept %s (%s), whose record was removed: %s", self.cluster.name, name, id, describe(outcome))
        return isinstance(outcome, Done)

    def _of_shares(self, found: Sorted, held: tuple[Marked, ...]) -> Iterator[SweepFinding]:
        for row in found.foreign:
            yield _about(FindingKind.FOREIGN_STORE, row, f"was made by the store {row.maker.store}, not by this one")
        for row in found.untraced:
            yield _about(FindingKind.UNTRACED, row, "carries a mark of ours, and this store never removed such a share")
        reason = f"its record was removed; {len(held)} such shares at once are more than sweeper.at_most"
        for row in held:
            yield _about(FindingKind.HELD_BACK, row, f"{reason} = {self.settings.at_most}: raise it to let them go")

    async def contradicted(
        self, shares: tuple[ShareView, ...], began_at: float, *, is_whole: bool
    ) -> Sequence[SweepFinding]:
        """Active records that the list contradicts, and `show` as well. Only reported: a silent repair could bring back
        an empty share in a full one's place, or cut off what somebody has written."""
        listed = {(share.mark, share.name): share for share in shares}
        beyond = 0 if is_whole else self.marks.store.older_rows
        found: list[Contradiction] = []
        after = 0
        while page := await self.reads.list(
            location=self.cluster.name, state=ShareState.ACTIVE, after=after, limit=_PAGE
        ):
            after = page[-1].row
            for record in page:
                # One that changed since we listed says nothing about the list.
                if record.updated_at < began_at and record.row > beyond:
                    found += contradiction(record, listed.get((self.marks.of(record), record.name)), self.marks)
        return await SecondLook(cluster=self.cluster, reads=self.reads, marks=self.marks).confirmed(found)

    async def _report(self, findings: tuple[SweepFinding, ...], kinds: frozenset[FindingKind]) -> None:
        """Note what holds, where that has changed, and log what is new in it."""
        if findings == self._reported:
            return
        new = await self.jobs.report(self.cluster.name, findings, kinds)
        for kind in FindingKind:
            rows = [finding for finding in new if finding.kind is kind and kind is not FindingKind.UNSWEPT]
            level = logging.ERROR if kind in _ALARMS else logging.WARNING
            for row in rows[:_SHOWN]:
                _LOG.log(level, "%s: %s: %s %s (%s)", self.cluster.name, kind, row.name, row.detail, row.mark)
            if len(rows) > _SHOWN:
                _LOG.log(level, "%s: %s: %d more, see /v1/findings", self.cluster.name, kind, len(rows) - _SHOWN)
        self._reported = findings


def _about(kind: FindingKind, row: Marked, detail: str) -> SweepFinding:
    return SweepFinding(kind=kind, name=row.share.name, mark=row.mark, detail=detail)
