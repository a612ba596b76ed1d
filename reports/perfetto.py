"""A journal as a trace that Perfetto and chrome://tracing open: a process for each part, a track for each share."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic
from reports.journal import Journal
from reports.story import ShareStory, story_of

__all__ = ["render_trace", "told_shares", "trace_events", "write_perfetto"]

SHARES = 500
"""Shares that the trace has: those with anomalies first, then in the order in which they were asked for."""
_DOING = 1
"""The process of what was broken."""
_MICROSECONDS = 1e6


def write_perfetto(path: Path, journal: Journal) -> None:
    """Write the trace as JSON, in the format of Chrome's trace events. Raises `OSError`."""
    write_atomic(path, render_trace(journal))


def render_trace(journal: Journal) -> str:
    """The trace as text."""
    return json.dumps({"displayTimeUnit": "ms", "traceEvents": list(trace_events(journal))})


def trace_events(journal: Journal) -> Iterator[dict[str, Any]]:
    """One after the other; instants are microseconds from the start of the load."""
    yield _named(_DOING, "what was broken")
    for span in journal.phases:
        yield _bar(_DOING, 1, span.begins, span.ends, span.name)
    for action in journal.history.nemesis:
        yield _mark(_DOING, 1, action.at, f"{action.action} {action.target}")
    for process, share in enumerate(told_shares(journal), start=_DOING + 1):
        story = story_of(journal.history, *share, now=journal.ends)
        yield _named(process, f"{story.location}/{story.name}")
        yield from _lanes(process, story)


def told_shares(journal: Journal, most: int = SHARES) -> list[tuple[str, str]]:
    """(location, name) of the shares to tell of."""
    broken = [(row.location, row.name) for finding in journal.findings for row in finding.anomalies if row.name]
    history = journal.history
    asked = [(row.location, row.name) for row in history.ops if row.name]
    asked += [(row.location, row.name) for row in history.changes]
    return list(dict.fromkeys([*broken, *asked]))[:most]


def _lanes(process: int, story: ShareStory) -> Iterator[dict[str, Any]]:
    for track, lane in enumerate(story.lanes, start=1):
        if lane.bars or lane.marks:
            yield {"ph": "M", "name": "thread_name", "pid": process, "tid": track, "args": {"name": lane.name}}
        for bar in lane.bars:
            yield {**_bar(process, track, bar.begins, bar.ends, bar.text), "cat": bar.kind}
        for mark in lane.marks:
            yield {**_mark(process, track, mark.at, mark.text), "cat": mark.kind}


def _named(process: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": "process_name", "pid": process, "tid": 0, "args": {"name": name}}


def _bar(process: int, track: int, begins: float, ends: float, text: str) -> dict[str, Any]:
    length = max(ends - begins, 0.0) * _MICROSECONDS
    return {"ph": "X", "name": text, "pid": process, "tid": track, "ts": begins * _MICROSECONDS, "dur": length}


def _mark(process: int, track: int, at: float, text: str) -> dict[str, Any]:
    return {"ph": "i", "s": "t", "name": text, "pid": process, "tid": track, "ts": at * _MICROSECONDS}
