"""Why a record of the queue waits: one sentence for each cause."""

import httpx
import pytest

from connector.values import replace
from pipeline import transitions
from pipeline.api.waits import why_queued
from pipeline.holds import Hold, HoldKind
from pipeline.processor.retry_budget import used_up
from pipeline.record import ShareRecord
from pipeline.store.store import Store
from tests.pipeline.store.stores import new_share

NOW = 43_200.0
LATER = 43_205.5
RECORD = transitions.create(1, new_share(), NOW)
LEASED = replace(RECORD, owner="p1", lease_until=LATER, due_at=LATER)
SILENT = replace(RECORD, last_error="create: timeout at connector.reply")
OVER = replace(RECORD, last_error=used_up("north"), due_at=LATER)
PAUSED = Hold(location="north", kind=HoldKind.PAUSE, reason="a new disk", who="ann", since=NOW - 1.0, until=None)


@pytest.mark.parametrize(
    ("record", "hold", "sentence"),
    [
        (RECORD, None, "is taken up as soon as a processor has a place for it"),
        (replace(RECORD, due_at=LATER), None, "is taken up at 1970-01-01T12:00:05.500Z"),
        (LEASED, None, "a processor works on it, and keeps it at the longest until 1970-01-01T12:00:05.500Z"),
        (LEASED, PAUSED, "a processor works on it, and keeps it at the longest until 1970-01-01T12:00:05.500Z"),
        (replace(LEASED, lease_until=NOW, due_at=NOW), None, "is taken up as soon as a processor has a place for it"),
        (OVER, None, "the retry budget of north is used up: it is tried again at 1970-01-01T12:00:05.500Z"),
        (
            replace(OVER, due_at=NOW),
            None,
            "the retry budget of north is used up: it is tried again as soon as a processor has a place for it",
        ),
        (
            SILENT,
            None,
            "is tried again as soon as a processor has a place for it, after create: timeout at connector.reply",
        ),
        (
            replace(SILENT, due_at=LATER),
            None,
            "is tried again at 1970-01-01T12:00:05.500Z, after create: timeout at connector.reply",
        ),
        (OVER, PAUSED, "north is paused by ann until that is lifted: a new disk"),
        (
            RECORD,
            replace(PAUSED, until=LATER),
            "north is paused by ann until 1970-01-01T12:00:05.500Z: a new disk",
        ),
        (RECORD, replace(PAUSED, until=NOW), "is taken up as soon as a processor has a place for it"),
        (RECORD, replace(PAUSED, location="south"), "is taken up as soon as a processor has a place for it"),
        (RECORD, replace(PAUSED, kind=HoldKind.DRAIN), "is taken up as soon as a processor has a place for it"),
    ],
)
def test_each_cause_has_its_sentence(record: ShareRecord, hold: Hold | None, sentence: str) -> None:
    assert why_queued(record, [] if hold is None else [hold], NOW) == sentence


async def test_the_queue_says_it_of_a_share_that_the_retry_budget_holds_back(
    client: httpx.AsyncClient, store: Store
) -> None:
    await client.post("/v1/shares", json={"location": "north", "name": "home", "size": 1024})
    claim = await store.claim(None, owner="p1", lease=30.0)
    assert claim is not None
    await store.release(claim, due_in=60.0, error=used_up("north"))
    (row,) = (await client.get("/v1/queue")).json()["queue"]
    assert row["waits"] == f"the retry budget of north is used up: it is tried again at {row['due_at']}"
