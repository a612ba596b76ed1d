"""A stand-in for OpenStack's v2 share API that answers as its public reference says: no clusters, no clock.

Looks are its time: a share stays in a passing state for two answers that show it. Written from api-ref; its words, its
statuses and its error bodies, not its code.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

__all__ = ["TOKEN", "ManilaStandIn"]

TOKEN = "gAAAA-secret"
_VERSION = "x-openstack-manila-api-version"
_ERRORS = {400: "badRequest", 403: "forbidden", 404: "itemNotFound", 406: "notAcceptable", 409: "conflictingRequest"}
_LOOKS = 2


def _error(status: int, message: str) -> Response:
    return JSONResponse({_ERRORS[status]: {"code": status, "message": message}}, status_code=status)


@dataclass(slots=True)
class _Share:
    """looks: in its passing state, so far. then: the state behind it; None: it is removed."""

    id: str
    name: str
    size: int
    zone: str
    metadata: dict[str, str]
    status: str = "creating"
    then: str | None = "available"
    becomes: int | None = None
    looks: int = 0
    scheduled: bool = False
    rules: dict[str, dict[str, str]] = field(default_factory=dict)

    def view(self) -> dict[str, Any]:
        """As `shares/detail` shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "size": self.size,
            "status": self.status,
            "share_proto": "NFS",
            "availability_zone": self.zone if self.scheduled else None,
            "metadata": self.metadata,
            "progress": None if self.status == "creating" else "100%",
            "links": [{"href": f"http://controller:8786/v2/shares/{self.id}", "rel": "self"}],
        }


class ManilaStandIn:
    """The API, and what it holds. fail_creates: a create ends in `error`."""

    def __init__(self, *, fail_creates: bool = False) -> None:
        self.shares: dict[str, _Share] = {}
        self._fail_creates = fail_creates
        self._made = 0
        self.app = Starlette(
            routes=[
                Route("/v2/shares", self._create, methods=["POST"]),
                Route("/v2/shares/detail", self._detail),
                Route("/v2/shares/{id}", self._delete, methods=["DELETE"]),
                Route("/v2/shares/{id}/action", self._action, methods=["POST"]),
            ]
        )

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("x-auth-token") != TOKEN:
            body = {"error": {"code": 401, "title": "Unauthorized", "message": "The request requires authentication."}}
            return JSONResponse(body, status_code=401)
        asked = request.headers.get(_VERSION, "2.0").split(".")
        if (int(asked[0]), int(asked[1])) > (2, 65):
            return _error(
                406, f"Version {'.'.join(asked)} is not supported by the API. Minimum is 2.0 and maximum is 2.65."
            )
        return None

    async def _create(self, request: Request) -> Response:
        if (refused := self._refused(request)) is not None:
            return refused
        asked = (await request.json())["share"]
        if not isinstance(asked.get("size"), int) or asked["size"] < 1:
            return _error(400, "Share size must be an integer of at least 1.")
        self._made += 1
        share = _Share(
            id=str(UUID(int=self._made)),
            name=asked["name"],
            size=asked["size"],
            zone=asked["availability_zone"],
            metadata=asked.get("metadata", {}),
            then="error" if self._fail_creates else "available",
        )
        self.shares[share.id] = share
        return JSONResponse({"share": share.view() | {"status": None}})

    async def _detail(self, request: Request) -> Response:
        if (refused := self._refused(request)) is not None:
            return refused
        for share in list(self.shares.values()):
            self._look(share)
        newest_first = list(reversed(self.shares.values()))
        name, query = request.query_params.get("name"), request.query_params
        chosen = [share.view() for share in newest_first if name is None or share.name == name]
        begin = int(query.get("offset", 0))
        return JSONResponse({"shares": chosen[begin : begin + int(query.get("limit", 1000))]})

    def _look(self, share: _Share) -> None:
        if share.status in {"available", "error"}:
            return
        share.looks += 1
        if share.looks > _LOOKS:
            if share.then is None:
                del self.shares[share.id]
                return
            share.status, share.looks, share.scheduled = share.then, 0, True
            share.size, share.becomes = share.becomes or share.size, None

    async def _delete(self, request: Request) -> Response:
        if (refused := self._refused(request)) is not None:
            return refused
        share = self.shares.get(request.path_params["id"])
        if share is None:
            return _error(404, "The resource could not be found.")
        if share.status not in {"available", "error", "inactive"}:
            return _error(403, "Share status must be one of ('available', 'error', 'inactive').")
        share.status, share.then = "deleting", None
        return Response(status_code=202)

    async def _action(self, request: Request) -> Response:
        if (refused := self._refused(request)) is not None:
            return refused
        share = self.shares.get(request.path_params["id"])
        if share is None:
            return _error(404, f"Share {request.path_params['id']} could not be found.")
        ((action, wanted),) = (await request.json()).items()
        if action == "allow_access":
            rule = {"id": f"rule-{len(share.rules) + 1}", **wanted}
            share.rules[rule["id"]] = rule
            return JSONResponse({"access": rule})
        if action == "deny_access":
            return (
                Response(status_code=202) if share.rules.pop(wanted["access_id"], None) else _error(404, "no such rule")
            )
        return self._resized(share, action, wanted["new_size"])

    @staticmethod
    def _resized(share: _Share, action: str, size: int) -> Response:
        if share.status != "available":
            return _error(400, "Invalid share: the share must be available.")
        if (size > share.size) != (action == "extend") or size == share.size:
            word = "greater" if action == "extend" else "less"
            return _error(400, f"New size for {action} must be {word} than current size.")
        share.status, share.then = ("extending" if action == "extend" else "shrinking"), "available"
        share.becomes = size
        return Response(status_code=202)
