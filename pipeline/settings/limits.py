"""The settings of how much may be asked, and had."""

from typing import Annotated

from pydantic import Field

from connector.table import TomlTable
from connector.units import Size
from pipeline.quotas import Quota, Quotas
from pipeline.record import TENANT_NAME

__all__ = ["LimitsSettings", "QuotaTable", "QuotasSettings"]


class LimitsSettings(TomlTable):
    """How much may be asked. rate, burst: requests of one tenant, a second and at once; beyond them 429. Where
    clients are not known there is no such limit. waiting: shares on their way, and under_way: requests being answered,
    beyond which creates and changes, or all requests, are refused with 503. 0: no limit."""

    rate: Annotated[float, Field(ge=0)] = 100.0
    burst: Annotated[int, Field(ge=1)] = 200
    waiting: Annotated[int, Field(ge=0)] = 100_000
    under_way: Annotated[int, Field(ge=0)] = 2048


Tenant = Annotated[str, Field(pattern=f"^{TENANT_NAME.pattern}$")]


class QuotaTable(TomlTable):
    """How much one tenant may have, where it is not what every tenant may. 0: no limit."""

    shares: Annotated[int, Field(ge=0)] | None = None
    bytes: Annotated[Size, Field(ge=0)] | None = None


class QuotasSettings(TomlTable):
    """How much each tenant may have; beyond it creates and resizes are refused with 403. shares: records in whatever
    state, until they are gone. bytes: of all of them; a share that is being changed counts with the larger of its two
    sizes. 0: no limit. tenants: other limits of single tenants, by their names. Where `auth.mode` is `none`, the tenant
    is whom `X-Tenant` names."""

    shares: Annotated[int, Field(ge=0)] = 10_000
    bytes: Annotated[Size, Field(ge=0)] = 2**50
    tenants: dict[Tenant, QuotaTable] = Field(default_factory=dict)

    @property
    def of_tenants(self) -> Quotas:
        """As stores take them."""
        own = {name: self._quota(table.shares, table.bytes) for name, table in self.tenants.items()}
        return Quotas(default=self._quota(None, None), tenants=own)

    @property
    def is_limited(self) -> bool:
        """Whether anybody has a limit."""
        quotas = self.of_tenants
        return any(quota.is_limited for quota in (quotas.default, *quotas.tenants.values()))

    def _quota(self, shares: int | None, size: int | None) -> Quota:
        return Quota(
            shares=(self.shares if shares is None else shares) or None,
            bytes=(self.bytes if size is None else size) or None,
        )
