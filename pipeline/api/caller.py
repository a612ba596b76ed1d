"""Who asks: a tenant, or an operator, who sees all tenants' shares."""

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

__all__ = ["ANYBODY", "SCOPE_KEY", "AccessLevel", "Caller", "caller_of"]

SCOPE_KEY = "spoolproof.caller"


class AccessLevel(StrEnum):
    """Whom an operation is for. anybody: no credentials are asked for. operator: those who run the pipeline."""

    ANYBODY = "anybody"
    TENANT = "tenant"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """tenant None: of an operator who has none of their own."""

    tenant: str | None
    operator: bool = False

    @property
    def sees(self) -> str | None:
        """Whose shares they see; None: everybody's."""
        return None if self.operator else self.tenant


ANYBODY = Caller(tenant=None, operator=True)
"""Whoever asks a pipeline that asks for no credentials."""


def caller_of(request: Request) -> Caller:
    """Who was found to ask."""
    found: Caller = request.scope.get(SCOPE_KEY, ANYBODY)
    return found
