"""The handler of /v1/quota: how much a tenant may have, and has."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.caller import AccessLevel
from pipeline.api.description import described
from pipeline.api.reply import json_reply
from pipeline.api.schemas import QuotaJson
from pipeline.api.tenants import read_tenant
from pipeline.quotas import Quotas
from pipeline.store.protocol import ReadStore

__all__ = ["QuotaRoute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaRoute:
    """store: whose. quotas: how much tenants may have."""

    store: ReadStore
    quotas: Quotas

    @described(
        "how much a tenant may have (null: no limit), and has; an operator names one with `X-Tenant`",
        access=AccessLevel.TENANT,
        of_tenant=True,
        answer=QuotaJson,
    )
    async def show(self, request: Request) -> Response:
        """GET /v1/quota"""
        tenant = read_tenant(request)
        quota, used = self.quotas.of(tenant), await self.store.usage(tenant)
        return json_reply(
            {
                "tenant": tenant,
                "shares": {"limit": quota.shares, "used": used.shares},
                "bytes": {"limit": quota.bytes, "used": used.bytes},
            }
        )
