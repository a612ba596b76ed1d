"""The handlers of /v1/shares: each reads a request and hands it on."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.bodies import CreateBody, ListQuery, ResizeBody, read_body, read_query
from pipeline.api.keys import read_key
from pipeline.api.reply import reply_of
from pipeline.api.service import ShareService

__all__ = ["Shares"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """service: what is done with each."""

    service: ShareService

    async def create(self, request: Request) -> Response:
        """POST /v1/shares"""
        return reply_of(await self.service.create(await read_body(request, CreateBody), read_key(request)))

    async def list(self, request: Request) -> Response:
        """GET /v1/shares"""
        return reply_of(await self.service.list(read_query(request, ListQuery)))

    async def show(self, request: Request) -> Response:
        """GET /v1/shares/{location}/{name}"""
        return reply_of(await self.service.show(*_target(request)))

    async def resize(self, request: Request) -> Response:
        """PATCH /v1/shares/{location}/{name}"""
        body = await read_body(request, ResizeBody)
        return reply_of(await self.service.resize(*_target(request), body, read_key(request)))

    async def delete(self, request: Request) -> Response:
        """DELETE /v1/shares/{location}/{name}"""
        return reply_of(await self.service.delete(*_target(request), read_key(request)))


def _target(request: Request) -> tuple[str, str]:
    return request.path_params["location"], request.path_params["name"]
