"""What a store says of a request, as an HTTP answer. The same function renders the answer that is kept with a key."""

import math
from collections.abc import Sequence
from typing import assert_never
from urllib.parse import urlencode

from pydantic_core import to_json

from connector.values import replace
from pipeline.api.bodies import ListQuery
from pipeline.api.cursor import cursor_behind
from pipeline.api.reply import JSON
from pipeline.api.views import hold_view, parts_view, share_path, share_view
from pipeline.holds import Hold
from pipeline.kinds.table import kind_of
from pipeline.problems import MEDIA_TYPE, Cause, Problem, catalogue, problem_body, status_of
from pipeline.quotas import Excess, QuotaResource
from pipeline.record import PartKind, ShareRecord
from pipeline.settings import ApiSettings
from pipeline.states import RESTING, ShareState
from pipeline.store.acceptances import (
    Acceptance,
    Accepted,
    Declined,
    Drained,
    Exists,
    Finished,
    KeyReused,
    NotActive,
    NotFound,
    OverQuota,
    Replayed,
    StoredAnswer,
)

__all__ = ["Answers", "RenderOnce", "problem_answer"]

_READ_ONLY = "GET, HEAD"
_NO_SUCH_SHARE = Problem(cause=Cause.NOT_FOUND, detail="There is no such share.")
_KEY_REUSED = Problem(
    cause=Cause.KEY_REUSED,
    detail="This Idempotency-Key came before with another method, path or body; nothing was done.",
)
_CREATED = 201


class Answers:
    """The words of one API, by its settings."""

    def __init__(self, settings: ApiSettings) -> None:
        self._conflict_status = settings.conflict_status
        self.retry_after = str(max(1, math.ceil(settings.retry_after)))  # whole seconds (RFC 9110, 10.2.3)
        self._retry = (b"retry-after", self.retry_after.encode())

    def render(self, acceptance: Acceptance) -> StoredAnswer:  # noqa: C901 - one line for each kind of acceptance
        """The answer that a store keeps with an idempotency key."""
        match acceptance:
            case Accepted(record=record):
                return self.accepted(record)
            case Exists(record=record):
                return problem_answer(self._exists(record))
            case NotActive(record=record):
                return problem_answer(_not_active(record))
            case Drained(hold=hold):
                return problem_answer(self._drained(hold))
            case OverQuota(excess=excess):
                return problem_answer(_over_quota(excess))
            case NotFound():
                return problem_answer(_NO_SUCH_SHARE)
            case KeyReused():
                return problem_answer(_KEY_REUSED)
            case Finished(record=record):
                return _finished(record)
            case Declined(problem=problem):
                return problem_answer(problem)
            case Replayed(answer=answer):
                return answer
            case _:
                assert_never(acceptance)

    def taken(self) -> StoredAnswer:
        """The name is another tenant's share's: nothing is said of it."""
        detail = "This name is taken at this location."
        return problem_answer(Problem(cause=Cause.SHARE_EXISTS, detail=detail, status=self._conflict_status))

    def share(self, record: ShareRecord) -> StoredAnswer:
        """A share as it is; one on its way says when to ask again."""
        headers = (JSON,) if record.state in RESTING else (JSON, self._retry)
        return StoredAnswer(status=200, headers=headers, body=to_json(share_view(record)))

    def page(self, records: Sequence[ShareRecord], query: ListQuery) -> StoredAnswer:
        """A page of shares; `next` and `Link` say where the following one goes on, null and nothing behind the last."""
        shares = [share_view(record) for record in records]
        if len(records) < query.limit:
            return StoredAnswer(status=200, headers=(JSON,), body=to_json({"shares": shares, "next": None}))
        behind = cursor_behind(records[-1].row)
        asked = query.model_dump(mode="json", exclude_defaults=True) | {"cursor": behind}
        link = b"link", f'</v1/shares?{urlencode(asked)}>; rel="next"'.encode()  # RFC 8288
        return StoredAnswer(status=200, headers=(JSON, link), body=to_json({"shares": shares, "next": behind}))

    def parts(self, record: ShareRecord, kind: PartKind) -> StoredAnswer:
        """The access rules or the snapshots of a share; of one that is being changed, when to ask again."""
        headers = (JSON,) if record.state in RESTING else (JSON, self._retry)
        return StoredAnswer(status=200, headers=headers, body=to_json(parts_view(record, kind)))

    def accepted(self, record: ShareRecord) -> StoredAnswer:
        """An operation that was accepted, and is on its way."""
        return StoredAnswer(
            status=202, headers=(_location(record), self._retry, JSON), body=to_json(share_view(record))
        )

    def _exists(self, record: ShareRecord) -> Problem:
        members = {"id": record.id, "state": record.state}
        if record.state is ShareState.PENDING:
            return Problem(
                cause=Cause.SHARE_PENDING,
                detail=f"The share {record.name!r} at {record.location!r} is still being made.",
                status=self._conflict_status,
                headers={"Retry-After": self.retry_after},
                members=members,
            )
        return Problem(
            cause=Cause.SHARE_EXISTS,
            detail=f"The share {record.name!r} at {record.location!r} exists and is {record.state}.",
            status=self._conflict_status,
            members=members,
        )

    def _drained(self, hold: Hold) -> Problem:
        view = hold_view(hold)
        return Problem(
            cause=Cause.CLUSTER_DRAINED,
            detail=f"Nothing is accepted for {hold.location!r} for now: {hold.reason}",
            headers={"Retry-After": self.retry_after},
            members={"reason": view["reason"], "until": view["until"]},
        )


class RenderOnce:
    """Renders what a store says of one request: once, whether it is kept with a key, goes out, or both."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._rendered: tuple[Acceptance, StoredAnswer] | None = None

    def __call__(self, acceptance: Acceptance) -> StoredAnswer:
        """See `Answers.render`."""
        if self._rendered is None or self._rendered[0] is not acceptance:
            self._rendered = acceptance, self._answers.render(acceptance)
        return self._rendered[1]

    def reply(self, acceptance: Acceptance) -> StoredAnswer:
        """The answer as it goes out; a repeated one says so."""
        answer = self(acceptance)
        if isinstance(acceptance, Replayed):
            return replace(answer, headers=(*answer.headers, (b"idempotency-replayed", b"true")))
        return answer


def _finished(record: ShareRecord) -> StoredAnswer:
    """201 for what was made (RFC 9110, 15.3.2), 200 with the last that was known of what was changed or deleted."""
    status = kind_of(record).finished
    headers = (_location(record), JSON) if status == _CREATED else (JSON,)
    return StoredAnswer(status=status, headers=headers, body=to_json(share_view(record)))


def _location(record: ShareRecord) -> tuple[bytes, bytes]:
    return b"location", share_path(record.location, record.name).encode()


def _not_active(record: ShareRecord) -> Problem:
    return Problem(
        cause=Cause.SHARE_NOT_ACTIVE,
        detail=f"The share is {record.state}; only an active share can be changed or deleted.",
        headers={"Allow": _READ_ONLY},
        members={"id": record.id, "state": record.state},
    )


def _over_quota(excess: Excess) -> Problem:
    asked = f"{excess.asked} more" if excess.resource is QuotaResource.SHARES else f"{excess.asked} bytes more"
    return Problem(
        cause=Cause.QUOTA_EXCEEDED,
        detail=f"The tenant {excess.tenant!r} has {excess.used} of at most {excess.limit} {excess.resource}, so that "
        f"{asked} are not accepted.",
        members={
            "resource": excess.resource,
            "limit": excess.limit,
            "used": excess.used,
            "asked": excess.asked,
        },
    )


def problem_answer(problem: Problem) -> StoredAnswer:
    """A problem as it goes out."""
    own = ((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in problem.headers.items())
    headers = (*own, (b"content-type", MEDIA_TYPE.encode()))
    kept = catalogue()[problem.cause].kept
    return StoredAnswer(status=status_of(problem), headers=headers, body=problem_body(problem), kept=kept)
