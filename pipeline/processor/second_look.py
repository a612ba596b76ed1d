"""A second look at what a list contradicts: lists of real clusters may be stale, or lack shares, and still succeed."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connector.operations import ShareView, Show, ShowReply
from connector.outcomes import Done
from pipeline.findings import FindingKind, SweepFinding
from pipeline.marks import Marks
from pipeline.processor.cluster import Cluster
from pipeline.processor.outcome_classes import OutcomeClass, classify
from pipeline.record import ShareRecord
from pipeline.store.protocol import ReadStore

__all__ = ["Contradiction", "SecondLook", "contradiction"]

_LOG = logging.getLogger(__name__)

_ASKED = 20
"""Shares that are asked for one by one; of more, the list is believed once so many have confirmed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """An active record, and what the cluster says against it."""

    record: ShareRecord
    finding: SweepFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """Asks the cluster for each share by name."""

    cluster: Cluster
    reads: ReadStore
    marks: Marks

    async def confirmed(self, found: Sequence[Contradiction]) -> Sequence[SweepFinding]:
        """Those that still hold; none at all where the list is wrong about one: then it may be about the others.

        Where the cluster does not say, the list stands.
        """
        holding: list[SweepFinding] = []
        for one in found[:_ASKED]:
            seen = await self._seen(one)
            if seen is None:
                continue
            if not seen:
                name = one.record.name
                _LOG.warning("%s: its list is not believed: show says otherwise of %s", self.cluster.name, name)
                return ()
            holding += seen
        return (*holding, *(one.finding for one in found[_ASKED:]))

    async def _seen(self, one: Contradiction) -> Sequence[SweepFinding] | None:
        """What `show` says against the record; None where the record has changed since."""
        record = one.record
        outcome = await self.cluster.ask(Show(name=record.name), share=record.id)
        if await self.reads.get(record.location, record.name) != record:
            return None
        if isinstance(outcome, Done) and isinstance(outcome.reply, ShowReply):
            share = outcome.reply.share if outcome.reply.share.mark == self.marks.of(record) else None
        elif classify(outcome) is OutcomeClass.MISSING:
            share = None
        else:
            return [one.finding]
        return [again.finding for again in contradiction(record, share, self.marks)]


def contradiction(record: ShareRecord, share: ShareView | None, marks: Marks) -> Iterator[Contradiction]:
    """What is wrong with an active record whose share is this one, None: missing."""
    if share is None:
        kind, detail = FindingKind.MISSING, "is active, and its share is not on the cluster"
    else:
        confirmed = record.size if record.confirmed_size is None else record.confirmed_size
        kind = FindingKind.DIFFERENT
        if share.size != confirmed:
            detail = f"is active with {confirmed} bytes, and its share has {share.size}"
        elif not share.complete:
            detail = "is active, and its share is half-made"
        else:
            return
    finding = SweepFinding(kind=kind, name=record.name, mark=marks.of(record), detail=detail)
    yield Contradiction(record=record, finding=finding)
