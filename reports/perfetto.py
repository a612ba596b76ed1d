"""A journal as a trace that Perfetto opens: a track for each share, and below it one for each part.

Written in Perfetto's own format, protobuf with TrackEvents. What overlaps on a track stands in rows below each other,
since the events of one track have to nest.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

from connector.atomic_file import write_atomic
from reports.journal import Journal
from reports.protobuf import message, number, text
from reports.story import StoryBar, StoryMark, story_of

__all__ = ["render_trace", "told_shares", "write_perfetto"]

SHARES = 500
"""Shares that the trace has: those with anomalies first, then in the order in which they were asked for."""
_BEGIN, _END, _INSTANT = 1, 2, 3
_SEQUENCE = 1
"""All packets are of one writer."""


def write_perfetto(path: Path, journal: Journal) -> None:
    """Write the trace. Raises `OSError`."""
    write_atomic(path, render_trace(journal))


def render_trace(journal: Journal) -> bytes:
    """The trace as the bytes of its file."""
    return b"".join(message(1, packet) for packet in _Packets(journal).all())


def told_shares(journal: Journal, most: int = SHARES) -> list[tuple[str, str]]:
    """(location, name) of the shares to tell of."""
    broken = [(row.location, row.name) for finding in journal.findings for row in finding.anomalies if row.name]
    history = journal.history
    asked = [(row.location, row.name) for row in history.ops if row.name]
    asked += [(row.location, row.name) for row in history.changes]
    return list(dict.fromkeys([*broken, *asked]))[:most]


class _Packets:
    """Instants are those of the wall clock."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._began = datetime.fromisoformat(journal.began).timestamp()
        self._tracks = count(1)

    def all(self) -> Iterator[bytes]:
        """One after the other, the tracks before what is on them."""
        journal = self._journal
        broken = next(self._tracks)
        yield _track(broken, "what was broken")
        phases = [StoryBar(begins=span.begins, ends=span.ends, kind="phase", text=span.name) for span in journal.phases]
        did = [
            StoryMark(at=row.at, kind="nemesis", text=f"{row.action} {row.target}") for row in journal.history.nemesis
        ]
        yield from self._lane(broken, "phases and actions", phases, did)
        for location, name in told_shares(journal):
            share = next(self._tracks)
            yield _track(share, f"{location}/{name}")
            for lane in story_of(journal.history, location, name, now=journal.ends).lanes:
                yield from self._lane(share, lane.name, lane.bars, lane.marks)

    def _lane(self, parent: int, name: str, bars: Iterable[StoryBar], marks: Iterable[StoryMark]) -> Iterator[bytes]:
        rows = _rows(bars)
        tracks = [next(self._tracks) for _ in rows]
        for track, row in zip(tracks, rows, strict=True):
            yield _track(track, name, parent)
            for bar in row:
                yield self._event(track, _BEGIN, bar.begins, bar)
                yield self._event(track, _END, max(bar.ends, bar.begins))
        marks = list(marks)
        if marks:
            track = next(self._tracks)
            yield _track(track, name, parent)
            for mark in sorted(marks, key=lambda mark: mark.at):
                yield self._event(track, _INSTANT, mark.at, mark)

    def _event(self, track: int, kind: int, at: float, shown: StoryBar | StoryMark | None = None) -> bytes:
        words = () if shown is None else (text(22, shown.kind), text(23, shown.text))
        nanoseconds = round((self._began + at) * 1e6) * 1000
        event = message(11, number(9, kind), number(11, track), *words)
        return number(8, nanoseconds) + number(10, _SEQUENCE) + event


def _track(uuid: int, name: str, parent: int | None = None) -> bytes:
    below = b"" if parent is None else number(5, parent)
    return number(10, _SEQUENCE) + message(60, number(1, uuid), text(2, name), below)


def _rows(bars: Iterable[StoryBar]) -> list[list[StoryBar]]:
    """So that no two of a row overlap: each in the first row that is free by then."""
    rows: list[list[StoryBar]] = []
    for bar in sorted(bars, key=lambda bar: (bar.begins, bar.ends)):
        free = next((row for row in rows if row[-1].ends <= bar.begins), None)
        if free is None:
            rows.append([bar])
        else:
            free.append(bar)
    return rows
