"""The X-Tenant header: who asks."""

from starlette.requests import Request

from pipeline.api.bodies import header, invalid
from pipeline.record import DEFAULT_TENANT, TENANT_NAME

__all__ = ["TENANT_SCHEMA", "read_tenant"]

TENANT_SCHEMA = {"type": "string", "pattern": f"^{TENANT_NAME.pattern}$", "default": DEFAULT_TENANT}


def read_tenant(request: Request) -> str:
    """The tenant of a request. Raises `ProblemError`."""
    given = header(request, "x-tenant")
    if not given:
        return DEFAULT_TENANT
    if len(given) > 1 or TENANT_NAME.fullmatch(given[0]) is None:
        detail = "one name of 1 to 64 characters: letters, digits, '.', '_', '@' and '-'"
        raise invalid("The request", [{"pointer": "X-Tenant", "detail": detail}])
    return given[0]
