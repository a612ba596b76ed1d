"""The door of each operation: who asks, whether they may, and whether there is room."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import Request

from pipeline.api.caller import SCOPE_KEY, AccessLevel, Caller
from pipeline.auth.authenticator import Authenticator
from pipeline.auth.limits import Backpressure, Buckets
from pipeline.problems import Cause, Problem, ProblemError

__all__ = ["AccessControl"]

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_TENANT = b"x-tenant"


@dataclass(slots=True, kw_only=True)
class AccessControl:
    """authenticator None: anybody may do anything. buckets, backpressure None, most 0: no such limit.

    most: requests that may be under way, but for those that anybody may make: whoever watches must get through.
    """

    authenticator: Authenticator | None = None
    buckets: Buckets | None = None
    backpressure: Backpressure | None = None
    most: int = 0
    _under_way: int = 0

    @asynccontextmanager
    async def admitted(self, request: Request, access: AccessLevel) -> AsyncIterator[None]:
        """While a request is being answered. Raises `ProblemError` where it is not let in.

        Inside, `caller_of` says who asks, and `X-Tenant` that it is they.
        """
        if access is not AccessLevel.ANYBODY and self.most and self._under_way >= self.most:
            detail = f"{self.most} requests are under way; nothing was done."
            raise ProblemError(Problem(cause=Cause.SPOOL_FULL, detail=detail, headers={"Retry-After": "1"}))
        self._under_way += 1
        try:
            await self._check(request, access)
            yield
        finally:
            self._under_way -= 1

    async def _check(self, request: Request, access: AccessLevel) -> None:
        if access is not AccessLevel.ANYBODY and self.authenticator is not None:
            caller = await self.authenticator.caller(request)
            if access is AccessLevel.OPERATOR and not caller.operator:
                raise ProblemError(Problem(cause=Cause.FORBIDDEN, detail="This is for operators of the pipeline."))
            request.scope[SCOPE_KEY] = caller
            _write_tenant(request, caller)
            if self.buckets is not None:
                self.buckets.take(caller.tenant or "")
        if self.backpressure is not None and access is AccessLevel.TENANT and request.method in _CHANGING:
            await self.backpressure.check()


def _write_tenant(request: Request, caller: Caller) -> None:
    """Who says to be another tenant is not believed; an operator may speak for any."""
    if caller.tenant is None:
        return
    headers = [(name, value) for name, value in request.scope["headers"] if name != _TENANT]
    request.scope["headers"] = [*headers, (_TENANT, caller.tenant.encode())]
