"""Records, views and sights for the processor's tests."""

from dataclasses import replace
from typing import Any

from connector.operations import ShareView
from pipeline.processor.situation import Gone, Present, Rules
from pipeline.record import ShareRecord
from pipeline.states import Operation, ShareState

RULES = Rules(owner="spool", attempts=3, skew=1.0)
ID = "0190-share"
SIZE = 1000
NOW = 100.0
PAST = 50.0
AHEAD = 110.0

FRESH = ShareRecord(
    row=1,
    id=ID,
    location="north",
    name="alpha",
    size=SIZE,
    confirmed_size=None,
    spec_hash="",
    operation=Operation.CREATE,
    generation=1,
    generation_done=0,
    state=ShareState.PENDING,
    reason=None,
    owner="p1",
    lease_until=130.0,
    fence=1,
    sequence=0,
    command_deadline=None,
    attempt=0,
    due_at=NOW,
    last_error=None,
    created_at=90.0,
    updated_at=90.0,
    settled=True,
)


def tried(
    state: ShareState = ShareState.PENDING, *, attempt: int = 1, deadline: float = PAST, **more: Any
) -> ShareRecord:
    """A record for which a command was begun and never heard of."""
    changes: dict[str, Any] = {
        "state": state,
        "attempt": attempt,
        "command_deadline": deadline,
        "sequence": 7,
        "settled": False,
    }
    return replace(FRESH, **(changes | more))


def share(*, size: int = SIZE, mark: str | None = f"spool/{ID}", complete: bool = True) -> ShareView:
    return ShareView(name="alpha", size=size, mark=mark, complete=complete)


GONE = Gone(at=NOW)
OURS = Present(at=NOW, view=share())
FOREIGN = Present(at=NOW, view=share(mark="spool/another"))
UNMARKED = Present(at=NOW, view=share(mark=None))
SMALLER = Present(at=NOW, view=share(size=1))
HALF_MADE = Present(at=NOW, view=share(complete=False))
