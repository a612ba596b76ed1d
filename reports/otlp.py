"""A journal as OTLP traces in JSON, one trace for each share: for collectors and for pages such as Jaeger's.

The encoding is that of the OTLP specification: ids in hexadecimal, nanoseconds as texts, enums as numbers; one line, as
the file exporters of collectors write it.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic
from reports.journal import Journal
from reports.perfetto import told_shares
from reports.story import ShareStory, StoryLane, story_of

__all__ = ["render_otlp", "write_otlp"]

_SCOPE = "spoolproof"
_SHARE = "share"
"""The service of the span around all that was done about a share."""
_INTERNAL, _CLIENT = 1, 3
_KINDS: Mapping[str, int] = {"client": _CLIENT, "SSH": _CLIENT}
_UNSET, _OK, _ERROR = 0, 1, 2
_STATUS: Mapping[str, int] = {"ok": _OK, "fail": _ERROR}
"""Of what has an outcome; one that is unknown has none, and says so among its attributes."""
_TRACE, _SPAN = 16, 8
"""Bytes of an id."""


def write_otlp(path: Path, journal: Journal) -> None:
    """Write the traces as one line of JSON. Raises `OSError`."""
    write_atomic(path, render_otlp(journal))


def render_otlp(journal: Journal) -> str:
    """The traces as text."""
    began = datetime.fromisoformat(journal.began).timestamp()
    by_service: dict[str, list[dict[str, Any]]] = {}
    for share in told_shares(journal):
        story = story_of(journal.history, *share, now=journal.ends)
        trace = _id(_TRACE, journal.scenario, journal.seed, *share)
        by_service.setdefault(_SHARE, []).append(_whole(story, trace, began))
        for lane in story.lanes:
            by_service.setdefault(lane.name, []).extend(_spans(lane, trace, began))
    resources = [_resource(name, spans, journal) for name, spans in by_service.items() if spans]
    return json.dumps({"resourceSpans": resources}) + "\n"


def _resource(service: str, spans: list[dict[str, Any]], journal: Journal) -> dict[str, Any]:
    given = {"service.name": service, "spoolproof.scenario": journal.scenario, "spoolproof.world": journal.world}
    scope = {"name": _SCOPE, "version": journal.product}
    return {"resource": {"attributes": _attributes(given)}, "scopeSpans": [{"scope": scope, "spans": spans}]}


def _whole(story: ShareStory, trace: str, began: float) -> dict[str, Any]:
    marks = sorted(((mark.at, lane.name, mark) for lane in story.lanes for mark in lane.marks), key=lambda row: row[:2])
    times = began + story.begins, began + story.ends
    span = _span(trace, _root(trace), f"{story.location}/{story.name}", times)
    events = [
        {
            "timeUnixNano": _nanoseconds(began + at),
            "name": mark.text,
            "attributes": _attributes({"spoolproof.lane": lane, "spoolproof.kind": mark.kind}),
        }
        for at, lane, mark in marks
    ]
    return {**span, "kind": _INTERNAL, "events": events, "status": {"code": _UNSET}}


def _spans(lane: StoryLane, trace: str, began: float) -> Iterator[dict[str, Any]]:
    for number, bar in enumerate(lane.bars, start=1):
        times = began + bar.begins, began + bar.ends
        span = _span(trace, _id(_SPAN, trace, lane.name, number), bar.text, times)
        yield {
            **span,
            "parentSpanId": _root(trace),
            "kind": _KINDS.get(lane.name, _INTERNAL),
            "attributes": _attributes({"spoolproof.kind": bar.kind}),
            "status": {"code": _STATUS.get(bar.kind, _UNSET)},
        }


def _span(trace: str, span: str, name: str, times: tuple[float, float]) -> dict[str, Any]:
    """times: Unix seconds."""
    begins, ends = times
    return {
        "traceId": trace,
        "spanId": span,
        "name": name,
        "startTimeUnixNano": _nanoseconds(begins),
        "endTimeUnixNano": _nanoseconds(max(ends, begins)),
    }


def _root(trace: str) -> str:
    return _id(_SPAN, trace)


def _id(size: int, *words: object) -> str:
    return blake2b("\0".join(map(str, words)).encode(), digest_size=size).hexdigest()


def _nanoseconds(unix: float) -> str:
    return str(round(unix * 1e6) * 1000)


def _attributes(given: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in given.items()]
