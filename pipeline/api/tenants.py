"""The X-Tenant header: who asks."""

import re

from starlette.requests import Request

from pipeline.api.bodies import header, invalid
from pipeline.record import DEFAULT_TENANT

__all__ = ["TENANT_SCHEMA", "read_tenant"]

TENANT_SCHEMA = {"type": "string", "pattern": "^[A-Za-z0-9._@-]{1,64}$", "default": DEFAULT_TENANT}
_TENANT = re.compile(r"[A-Za-z0-9._@-]{1,64}")


def read_tenant(request: Request) -> str:
    """The tenant of a request. Raises `ProblemError`."""
    given = header(request, "x-tenant")
    if not given:
        return DEFAULT_TENANT
    if len(given) > 1 or _TENANT.fullmatch(given[0]) is None:
        detail = "one name of 1 to 64 characters: letters, digits, '.', '_', '@' and '-'"
        raise invalid("The request", [{"pointer": "X-Tenant", "detail": detail}])
    return given[0]
