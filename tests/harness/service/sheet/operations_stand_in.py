"""A stand-in with long-running operations as AIP-151 has them: a share is nowhere until its create is done.

Looks are its time: an operation is done at the third one.
"""

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

__all__ = ["OperationsStandIn"]

_STATUS = {"ALREADY_EXISTS": 409, "NOT_FOUND": 404, "FAILED_PRECONDITION": 400, "INVALID_ARGUMENT": 400}
_LOOKS = 3


def _error(status: str, message: str) -> Response:
    code = _STATUS[status]
    return JSONResponse({"error": {"code": code, "status": status, "message": message}}, status_code=code)


@dataclass(slots=True)
class _Operation:
    """verb: what it does to the share of this name."""

    name: str
    verb: str
    share: str
    size: int = 0
    looks: int = 0
    error: str | None = None


@dataclass(slots=True)
class OperationsStandIn:
    """failing: the names of shares whose create fails."""

    failing: frozenset[str] = frozenset()
    shares: dict[str, dict[str, Any]] = field(default_factory=dict)
    operations: dict[str, _Operation] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/locations/{location}/shares", self._create, methods=["POST"]),
                Route("/v1/locations/{location}/shares", self._list),
                Route("/v1/locations/{location}/shares/{share}", self._get, methods=["GET"]),
                Route("/v1/locations/{location}/shares/{share}", self._change, methods=["PATCH", "DELETE"]),
                Route("/v1/operations/{operation}", self._operation),
            ]
        )

    async def _create(self, request: Request) -> Response:
        name = f"locations/{request.path_params['location']}/shares/{request.query_params['shareId']}"
        if (repeated := self._repeated(request)) is not None:
            return repeated
        if name in self.shares or self._busy(name):
            return _error("ALREADY_EXISTS", f"Resource '{name}' already exists.")
        size = int((await request.json())["sizeBytes"])
        return self._begun(request, _Operation(self._next(), "create", name, size=size))

    async def _list(self, request: Request) -> Response:
        parent = f"locations/{request.path_params['location']}/shares/"
        names = sorted(name for name in self.shares if name.startswith(parent))
        begin, size = int(request.query_params.get("pageToken", 0)), int(request.query_params.get("pageSize", 2))
        page = [self.shares[name] for name in names[begin : begin + size]]
        token = str(begin + size) if begin + size < len(names) else ""
        return JSONResponse({"shares": page, "nextPageToken": token})

    async def _get(self, request: Request) -> Response:
        found = self.shares.get(self._name(request))
        return _error("NOT_FOUND", "no such share") if found is None else JSONResponse(found)

    async def _change(self, request: Request) -> Response:
        name = self._name(request)
        if (repeated := self._repeated(request)) is not None:
            return repeated
        if name not in self.shares:
            return _error("NOT_FOUND", "no such share")
        if self._busy(name):
            return _error("FAILED_PRECONDITION", "another operation is under way")
        if request.method == "DELETE":
            return self._begun(request, _Operation(self._next(), "delete", name))
        return self._begun(
            request, _Operation(self._next(), "resize", name, size=int((await request.json())["sizeBytes"]))
        )

    async def _operation(self, request: Request) -> Response:
        operation = self.operations.get(f"operations/{request.path_params['operation']}")
        if operation is None:
            return _error("NOT_FOUND", "no such operation")
        operation.looks += 1
        if operation.looks == _LOOKS:
            self._carry_out(operation)
        return JSONResponse(self._view(operation))

    def _carry_out(self, operation: _Operation) -> None:
        if operation.verb == "delete":
            del self.shares[operation.share]
        elif operation.share.rpartition("/")[2] in self.failing:
            operation.error = "the backend is full"
        else:
            uid = self.shares.get(operation.share, {}).get("uid", f"uid-{operation.name}")
            size = str(operation.size)  # proto3 JSON writes an int64 as a text
            self.shares[operation.share] = {"name": operation.share, "uid": uid, "sizeBytes": size, "state": "ACTIVE"}

    def _view(self, operation: _Operation) -> dict[str, Any]:
        if operation.looks < _LOOKS:
            return {"name": operation.name, "metadata": {"verb": operation.verb}, "done": False}
        if operation.error is not None:
            error = {"code": 8, "message": operation.error}
            return {"name": operation.name, "done": True, "error": error}
        return {"name": operation.name, "done": True, "response": self.shares.get(operation.share, {})}

    def _begun(self, request: Request, operation: _Operation) -> Response:
        self.operations[operation.name] = operation
        self.requests[request.query_params["requestId"]] = operation.name
        return JSONResponse(self._view(operation))

    def _repeated(self, request: Request) -> Response | None:
        name = self.requests.get(request.query_params["requestId"])
        return None if name is None else JSONResponse(self._view(self.operations[name]))

    def _busy(self, share: str) -> bool:
        return any(each.share == share and each.looks < _LOOKS for each in self.operations.values())

    def _next(self) -> str:
        return f"operations/{len(self.operations) + 1}"

    @staticmethod
    def _name(request: Request) -> str:
        return f"locations/{request.path_params['location']}/shares/{request.path_params['share']}"
