"""How much a tenant may have: shares, and bytes. What is used is read from the records, so that nothing can drift."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["NO_QUOTAS", "UNLIMITED", "Excess", "Quota", "QuotaResource", "Quotas", "Usage"]


class QuotaResource(StrEnum):
    """What there is a quota of."""

    SHARES = "shares"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a tenant has: its records in whatever state, and the bytes of each. While a share is being changed it counts
    with the larger of the size that is asked for and the one that was confirmed."""

    shares: int = 0
    bytes: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(shares=self.shares + other.shares, bytes=self.bytes + other.bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """What was asked for is more than is left."""

    tenant: str
    resource: QuotaResource
    limit: int
    used: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """None: no limit."""

    shares: int | None = None
    bytes: int | None = None

    @property
    def is_limited(self) -> bool:
        return self.shares is not None or self.bytes is not None

    def excess(self, tenant: str, used: Usage, asked: Usage) -> Excess | None:
        """None: it fits. Whoever asks for nothing more of a resource is not refused for it."""
        for resource, limit in ((QuotaResource.SHARES, self.shares), (QuotaResource.BYTES, self.bytes)):
            has, wants = getattr(used, resource), getattr(asked, resource)
            if limit is not None and wants > 0 and has + wants > limit:
                return Excess(tenant=tenant, resource=resource, limit=limit, used=has, asked=wants)
        return None


UNLIMITED = Quota()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """default: of whoever has no quota of their own."""

    default: Quota = UNLIMITED
    tenants: Mapping[str, Quota] = field(default_factory=dict)

    def of(self, tenant: str) -> Quota:
        return self.tenants.get(tenant, self.default)


NO_QUOTAS = Quotas()
