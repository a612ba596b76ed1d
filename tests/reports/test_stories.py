"""The stories of a run as one page on which time can be turned back, and as a trace."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from harness.journal import journal_of
from harness.scenario.parse import read_scenario, shipped_scenarios
from harness.virtual.runner import VirtualRunner
from reports.html.stories import render_stories, write_stories
from reports.journal import Journal
from reports.otlp import render_otlp
from reports.perfetto import render_trace, told_shares
from reports.protobuf import message, number, varint
from tests.chromium import chromium
from tests.reports.sample import journal

_LARGEST = 2 * 1024 * 1024


@pytest.fixture(scope="module")
def demo() -> Journal:
    scenario = read_scenario(shipped_scenarios()["demo"])
    played = VirtualRunner(sampled=False).run_now(scenario, seed=scenario.seed)
    return journal_of(scenario, played, seed=scenario.seed, world="virtual", command="spoolproof run demo")


def test_the_page_of_the_demo_is_one_file_of_a_size_that_can_be_mailed(demo: Journal) -> None:
    page = render_stories(demo)
    assert len(page.encode()) < _LARGEST
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert page.count("data-story") > 20


def test_a_trace_has_a_track_for_each_share_and_what_is_on_a_track_nests(demo: Journal) -> None:
    packets = [_fields(packet) for field, packet in _raw(render_trace(demo)) if field == 1]
    tracks = {track[1]: track for packet in packets if 60 in packet for track in [_fields(packet[60])]}
    named = [track[2].decode() for track in tracks.values() if 5 not in track]
    assert named[0] == "what was broken"
    assert len(named) == len(set(named)) == 1 + len(told_shares(demo)) > 20
    assert {track[5] for track in tracks.values() if 5 in track} <= tracks.keys()
    seen: dict[int, list[tuple[int, int]]] = {}
    for packet in packets:
        if 11 in packet:
            event = _fields(packet[11])
            assert (23 in event) is (event[9] != 2), "what begins has a name"
            seen.setdefault(event[11], []).append((packet[8], event[9]))
    assert seen.keys() <= tracks.keys()
    for events in seen.values():
        assert events == sorted(events, key=lambda event: event[0]), "a track's events are in order"
        kinds = [kind for _, kind in events]
        assert kinds in ([1, 2] * (len(kinds) // 2), [3] * len(kinds)), "nothing overlaps on a track"
    begins = round(datetime.fromisoformat(demo.began).timestamp() * 1e6) * 1000  # a float of so many ns is not exact
    assert begins <= min(at for events in seen.values() for at, _ in events)


def test_numbers_are_written_as_protocol_buffers_have_them() -> None:
    assert [varint(value) for value in (0, 127, 128, 300)] == [b"\x00", b"\x7f", b"\x80\x01", b"\xac\x02"]
    assert message(2, b"testing") == b"\x12\x07testing"
    assert _raw(number(1, 150)) == [(1, 150)]


def _raw(content: bytes) -> list[tuple[int, Any]]:
    """The fields of a message, in order: numbers, and everything else as bytes."""
    found: list[tuple[int, Any]] = []
    rest = iter(content)
    while (first := _varint(rest)) is not None:
        value = _varint(rest)
        assert value is not None
        found.append((first >> 3, value if first & 7 == 0 else bytes(islice(rest, value))))
    return found


def _fields(content: bytes) -> dict[int, Any]:
    return dict(_raw(content))


def _varint(rest: Iterator[int]) -> int | None:
    value = None
    for place, byte in enumerate(rest):
        value = (value or 0) | (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return value


_SPAN = {"traceId", "spanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "status"}
_OPTIONAL = {"parentSpanId", "attributes", "events"}


def test_otlp_has_a_trace_for_each_share_as_the_specification_spells_it(demo: Journal) -> None:
    text = render_otlp(demo)
    assert text.count("\n") == 1
    (resources,) = json.loads(text).values()
    services = [_named(row["resource"]["attributes"])["service.name"] for row in resources]
    assert services == ["share", "client", "gateway", "store", "spool", "processor", "SSH"]
    spans = [span for row in resources for scope in row["scopeSpans"] for span in scope["spans"]]
    roots = {span["traceId"]: span for span in spans if "parentSpanId" not in span}
    assert len(roots) == len(told_shares(demo)) > 20
    assert len({span["spanId"] for span in spans}) == len(spans)
    for span in spans:
        assert _SPAN <= span.keys() <= _SPAN | _OPTIONAL
        assert (len(bytes.fromhex(span["traceId"])), len(bytes.fromhex(span["spanId"]))) == (16, 8)
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
        assert span.get("parentSpanId") in {None, roots[span["traceId"]]["spanId"]}
    told = {
        (_named(span["attributes"])["spoolproof.kind"], span["status"]["code"])
        for span in spans
        if "attributes" in span
    }
    assert {("ok", 1), ("fail", 2), ("unknown", 0)} <= told
    begins = datetime.fromisoformat(demo.began).timestamp()
    first = min(int(span["startTimeUnixNano"]) for span in spans) / 1e9
    assert begins <= first < begins + demo.load_ends


def _named(attributes: list[dict[str, Any]]) -> dict[str, str]:
    return {row["key"]: row["value"]["stringValue"] for row in attributes}


def test_time_can_be_turned_back_without_network(tmp_path: Path) -> None:
    path = tmp_path / "stories.html"
    write_stories(path, journal())
    with chromium() as browser:
        page = browser.new_context(offline=True, viewport={"width": 400, "height": 800}).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        assert page.locator("[data-later]").count() == 0
        page.locator("#until").focus()
        page.keyboard.press("Home")
        assert page.locator("#shown").inner_text() == "0.00 s"
        assert page.locator("[data-later]").count() > 10
        page.keyboard.press("End")
        assert page.locator("[data-later]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        assert complaints == []
