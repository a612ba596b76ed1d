"""The API: takes requests, writes them down, and answers at once."""

import sqlite3
import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from portal import cluster, database

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"


class NewShare(BaseModel):
    location: str
    name: str = Field(pattern=NAME)
    size: int = Field(gt=0)


class NewSize(BaseModel):
    size: int = Field(gt=0)


class Problem(Exception):
    """A request that is refused: nothing of it was done."""

    def __init__(self, status: int, cause: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"type": f"/problems/{cause}", "title": cause, "status": status, "detail": detail}


app = FastAPI(title="Portal")

Key = Annotated[str | None, Header(alias="idempotency-key")]


@app.exception_handler(Problem)
async def problem(request: Request, error: Problem) -> Response:
    return JSONResponse(error.body, error.status, media_type="application/problem+json")


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> Response:
    return await problem(request, Problem(422, "invalid-request", str(error.errors()[0]["msg"])))


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/v1/shares")
async def create(wanted: NewShare, key: Key = None) -> Response:
    if wanted.location not in cluster.known():
        raise Problem(404, "unknown-location", f"no location {wanted.location!r}")

    def write_down(db: sqlite3.Connection) -> dict[str, Any]:
        found = database.find(db, wanted.location, wanted.name)
        if found is not None:
            cause = "share-exists" if found["state"] == "active" else "share-pending"
            raise Problem(409, cause, f"{wanted.name} is {found['state']}")
        share = {"id": str(uuid.uuid4()), **wanted.model_dump(), "state": "pending"}
        db.execute("INSERT INTO shares VALUES (:id, :location, :name, :size, :state)", share)
        database.queue(db, share, "create", wanted.size)
        return share

    return await once(key, f"create {wanted.model_dump_json()}", write_down)


@app.get("/v1/shares")
async def every(location: str | None = None) -> dict[str, Any]:
    async with database.transaction() as db:
        rows = db.execute("SELECT * FROM shares WHERE ?1 IS NULL OR location = ?1 ORDER BY location, name", (location,))
        return {"shares": [dict(row) for row in rows], "next": None}


@app.get("/v1/changes")
async def changes(after: int = 0) -> dict[str, Any]:
    """The log of state changes, a page at a time."""
    async with database.transaction() as db:
        rows = db.execute("SELECT * FROM changes WHERE id > ? ORDER BY id LIMIT 100", (after,)).fetchall()
        return {"changes": [dict(row) for row in rows], "next": rows[-1]["id"] if rows else None}


@app.get("/v1/shares/{location}/{name}")
async def one(location: str, name: str) -> dict[str, Any]:
    async with database.transaction() as db:
        return dict(found(db, location, name))


@app.patch("/v1/shares/{location}/{name}")
async def resize(location: str, name: str, wanted: NewSize, key: Key = None) -> Response:
    def write_down(db: sqlite3.Connection) -> dict[str, Any]:
        return change(db, active(db, location, name), "updating", "resize", wanted.size)

    return await once(key, f"resize {location}/{name} {wanted.size}", write_down)


@app.delete("/v1/shares/{location}/{name}")
async def delete(location: str, name: str, key: Key = None) -> Response:
    def write_down(db: sqlite3.Connection) -> dict[str, Any]:
        return change(db, active(db, location, name), "deleting", "delete")

    return await once(key, f"delete {location}/{name}", write_down)


async def once(key: str | None, request: str, write_down: Callable[[sqlite3.Connection], dict[str, Any]]) -> Response:
    """Answer 202, and give the same answer to the same key again. Request, job and answer are written together."""
    async with database.transaction() as db:
        kept = None if key is None else database.answered(db, key)
        if kept is not None:
            before, status, body = kept
            if before != request:
                raise Problem(422, "key-reused", "this idempotency key came with another request")
            return JSONResponse(body, status)
        body = write_down(db)
        if key is not None:
            database.keep_answer(db, key, request, 202, body)
        return JSONResponse(body, 202)


def found(db: sqlite3.Connection, location: str, name: str) -> sqlite3.Row:
    share = database.find(db, location, name)
    if share is None:
        raise Problem(404, "not-found", f"no share {name!r} at {location!r}")
    return share


def active(db: sqlite3.Connection, location: str, name: str) -> sqlite3.Row:
    share = found(db, location, name)
    if share["state"] != "active":
        raise Problem(409, "share-not-active", f"{name} is {share['state']}")
    return share


def change(
    db: sqlite3.Connection, share: sqlite3.Row, state: str, verb: str, size: int | None = None
) -> dict[str, Any]:
    db.execute("UPDATE shares SET state = ? WHERE id = ?", (state, share["id"]))
    database.queue(db, share, verb, size)
    return dict(share) | {"state": state}
