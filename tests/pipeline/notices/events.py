"""Events, endpoints and policies that tests of notices are about."""

from pipeline.notices.records import EndpointKind, NoticeEndpoint
from pipeline.notices.rules import NoticePolicy
from pipeline.record import EventRow
from pipeline.states import ShareState

__all__ = ["POLICY", "SECRET", "changed", "endpoint"]

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

POLICY = NoticePolicy(retries=(5.0, 300.0), jitter=0.1, first=1.0, longest=60.0, patience=3600.0, seed=1, keep=86_400.0)


def changed(
    number: int,
    before: ShareState | None,
    after: ShareState | None,
    *,
    reason: str | None = None,
    share: str = "id-1",
    tenant: str | None = None,
) -> EventRow:
    return EventRow(
        number=number,
        at=1_000.0 + number,
        share=share,
        location="north",
        name="home",
        before=before,
        after=after,
        writer="processor",
        fence=1,
        reason=reason,
        tenant=tenant,
    )


def endpoint(**fields: object) -> NoticeEndpoint:
    plain: dict[str, object] = {
        "id": "endpoint-1",
        "kind": EndpointKind.WEBHOOK,
        "target": "https://portal.example/hook",
        "kinds": "",
        "secret": SECRET,
        "old_secret": None,
        "old_until": None,
        "created_at": 0.0,
        "disabled": None,
        "cursor": 0,
        "failures": 0,
        "due_at": 0.0,
        "owner": None,
        "lease_until": None,
        "fence": 0,
    }
    return NoticeEndpoint(**{**plain, **fields})  # type: ignore[arg-type]  # the fields of an endpoint, by name
