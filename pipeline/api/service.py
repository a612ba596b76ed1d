"""What the API does with a request about shares, whatever carried it: HTTP, or a call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from pydantic import BaseModel

from connector.clock import Clock
from connector.values import replace
from pipeline.api.answers import Answers, RenderOnce
from pipeline.api.bodies import CreateBody, ListQuery
from pipeline.api.cursor import row_behind
from pipeline.kinds.fields import is_name
from pipeline.kinds.request import ChangeRequest, NoBody
from pipeline.problems import Cause, Problem, ProblemError
from pipeline.quotas import NO_QUOTAS, Excess, Quotas
from pipeline.record import DEFAULT_TENANT, Idempotency, NewShare, PartKind, ShareRecord
from pipeline.store.acceptances import Acceptance, Accepted, Exists, OverQuota, StoredAnswer
from pipeline.store.notices import NoticeStore
from pipeline.store.protocol import ApiStore, OperatorStore, ReadStore

__all__ = ["PortalStore", "ShareService", "unknown_location"]

_SHARES = "/v1/shares"


class PortalStore(ApiStore, ReadStore, OperatorStore, Protocol):
    """What the API needs of a store."""

    @property
    def notices(self) -> NoticeStore:
        """Who is notified of what."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareService:
    """The shares of one portal. locations None: any is accepted. key_lifetime: seconds. on_accepted: told of each
    record whose operation is; on_over_quota: of what was refused for a quota. cancels: a delete may end a create that
    is under way. quotas: how much tenants may have.

    Each method gives the answer as it goes out, or raises `ProblemError`, or an error of the store. key: the
    idempotency key of the request, if it has one; it is remembered with method, path and body. tenant: who asks, whose
    the key is, and whose a share that is made. sees: whose shares they see; None: everybody's.
    """

    accepts: ApiStore
    reads: ReadStore
    answers: Answers
    clock: Clock
    new_id: Callable[[], str]
    locations: frozenset[str] | None
    key_lifetime: float
    cancels: bool = False
    on_accepted: Callable[[ShareRecord], None] | None = None
    quotas: Quotas = NO_QUOTAS
    on_over_quota: Callable[[Excess], None] | None = None

    async def create(
        self, asked: CreateBody, key: str | None, *, tenant: str = DEFAULT_TENANT, sees: str | None = None
    ) -> StoredAnswer:
        """POST /v1/shares"""
        if self.locations is not None and asked.location not in self.locations:
            raise ProblemError(unknown_location(asked.location, self.locations))
        share = NewShare(
            id=self.new_id(),
            location=asked.location,
            name=asked.name,
            size=asked.size,
            tenant=tenant,
            priority=asked.priority,
            quota=self.quotas.of(tenant),
        )
        held = None if key is None else self._held(tenant, key, "POST", _SHARES, _words(asked))
        render = RenderOnce(self.answers)
        acceptance = await self.accepts.create(share, held, render)
        if isinstance(acceptance, Exists) and sees not in {None, acceptance.record.tenant}:
            return self.answers.taken()
        return self._told(acceptance, render)

    async def list(self, query: ListQuery, *, sees: str | None = None) -> StoredAnswer:
        """GET /v1/shares"""
        if sees is not None and query.tenant not in {None, sees}:
            return self.answers.page([], query)
        after = 0 if query.cursor is None else row_behind(query.cursor)
        since = None if query.since is None else query.since.timestamp()
        records = await self.reads.list(
            location=query.location,
            state=query.state,
            since=since,
            tenant=sees or query.tenant,
            after=after,
            limit=query.limit,
        )
        return self.answers.page(records, query)

    async def find(self, location: str, name: str, *, sees: str | None = None) -> ShareRecord:
        """The share of this name, if they see it. Raises `ProblemError`: another tenant's is not found.

        Later a name may be another tenant's: who follows a share, or waits for it, goes by the id of its record.
        """
        _check_target(location, name)
        record = await self.reads.get(location, name)
        if record is None or sees not in {None, record.tenant}:
            raise _not_found()
        return record

    async def show(self, location: str, name: str, *, sees: str | None = None) -> StoredAnswer:
        """GET /v1/shares/{location}/{name}"""
        return self.answers.share(await self.find(location, name, sees=sees))

    async def parts(self, location: str, name: str, kind: PartKind, *, sees: str | None = None) -> StoredAnswer:
        """GET /v1/shares/{location}/{name}/access-rules, and .../snapshots"""
        return self.answers.parts(await self.find(location, name, sees=sees), kind)

    async def change(
        self,
        asked: ChangeRequest,
        path: Mapping[str, str],
        body: BaseModel,
        key: str | None,
        *,
        tenant: str = DEFAULT_TENANT,
        sees: str | None = None,
    ) -> StoredAnswer:
        """Whatever a kind of task asks for of a share. path: what its parameters are, `location` and `name` too."""
        location, name = path["location"], path["name"]
        _check_target(location, name)
        for part, is_possible in asked.checks.items():
            if not is_possible(path[part]):
                detail = f"There is no such {part}."
                raise ProblemError(Problem(cause=Cause.NOT_FOUND, detail=detail))
        change = replace(asked.change(body, path), cancels=self.cancels, tenant=sees, quotas=self.quotas)
        target = _path(location, name) + asked.target(path)
        held = None if key is None else self._held(tenant, key, asked.method, target, _words(body))
        render = RenderOnce(self.answers)
        return self._told(await self.accepts.change(location, name, change, held, render), render)

    def _told(self, acceptance: Acceptance, render: RenderOnce) -> StoredAnswer:
        if self.on_accepted is not None and isinstance(acceptance, Accepted):
            self.on_accepted(acceptance.record)
        if self.on_over_quota is not None and isinstance(acceptance, OverQuota):
            self.on_over_quota(acceptance.excess)
        return render.reply(acceptance)

    def _held(self, tenant: str, key: str, method: str, path: str, body: str) -> Idempotency:
        """A key, and what it stands for."""
        body_hash = sha256("\n".join((method, path, body)).encode()).hexdigest()
        expires_at = self.clock() + self.key_lifetime
        return Idempotency(tenant=tenant, key=key, body_hash=body_hash, expires_at=expires_at)


def _words(body: BaseModel) -> str:
    """In its canonical form, so that neither spacing nor a default that is spelled out makes another request."""
    return "" if isinstance(body, NoBody) else body.model_dump_json(exclude_defaults=True)


def _path(location: str, name: str) -> str:
    return f"{_SHARES}/{location}/{name}"


def _check_target(location: str, name: str) -> None:
    if not (is_name(location) and is_name(name)):  # no share can be called so
        raise _not_found()


def _not_found() -> ProblemError:
    return ProblemError(Problem(cause=Cause.NOT_FOUND, detail="There is no such share."))


def unknown_location(location: str, locations: frozenset[str]) -> Problem:
    """What is answered for a location that no cluster serves."""
    accepted = sorted(locations)
    return Problem(
        cause=Cause.UNKNOWN_LOCATION,
        detail=f"No cluster serves {location!r}; accepted: {', '.join(accepted)}.",
        members={"accepted": accepted},
    )
