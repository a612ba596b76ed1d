"""The admin APIs as an OpenAPI 3.1 document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from connector.injection import Injection
from connector.operations import ShareView
from fake_clusters.admin.bodies import CrashBody, ShareBody
from fake_clusters.effects import ClusterEffect
from fake_clusters.faults.config import AnyFault
from fake_clusters.profile_table import ProfileTable
from harness.toxics.config import AnyToxic

__all__ = ["OPERATIONS", "OpenApiOperation", "admin_openapi", "openapi_json"]

_COMPONENTS = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApiOperation:
    """One method of one path. body, answer: names of schemas; without an answer there is no body. query: schemas by
    name; those without a default are required. also: statuses of problems besides those of every operation."""

    summary: str
    status: int = 200
    answer: str | None = None
    body: str | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    also: dict[int, str] = field(default_factory=dict)


_AFTER = {"after": {"type": "integer", "minimum": 0, "default": 0}}
_WAIT = {
    "counter": {"type": "string"},
    "at_least": {"type": "integer", "minimum": 0, "default": 1},
    "timeout": {"type": "number", "maximum": 300, "default": 10, "description": "seconds"},
}
_GONE = {404: "there is no such cluster"}
_ANY: dict[int, str] = {
    400: "the path is not acceptable",
    401: "no token, or a wrong one",
    421: "the host of the request is not one of this server's",
}
_NO_LINK = {404: "there is no such link"}
_BODY = {
    400: "the path is not acceptable, or the body is not JSON",
    413: "the body is too large",
    415: "the body is compressed",
    422: "a key or a value is not acceptable",
}
_QUERY = {422: "a key or a value of the query is not acceptable"}

OPERATIONS: Mapping[tuple[str, str], OpenApiOperation] = {
    ("GET", "/clusters"): OpenApiOperation(summary="all clusters", answer="Clusters"),
    ("GET", "/clusters/{cluster}"): OpenApiOperation(
        summary="one cluster: profile, limits, faults, counters, and where it listens", answer="Details", also=_GONE
    ),
    ("GET", "/clusters/{cluster}/shares"): OpenApiOperation(
        summary="the shares that it holds", answer="Shares", also=_GONE
    ),
    ("GET", "/clusters/{cluster}/effects"): OpenApiOperation(
        summary="its log of changes, the ground truth: rows with a number above `after`",
        query=_AFTER,
        answer="Effects",
        also=_GONE | _QUERY,
    ),
    ("GET", "/clusters/{cluster}/injections"): OpenApiOperation(
        summary="the log of faults that struck: rows with a number above `after`",
        query=_AFTER,
        answer="Injections",
        also=_GONE | _QUERY,
    ),
    ("GET", "/clusters/{cluster}/counters"): OpenApiOperation(
        summary="connections, logins, commands by verb, refusals and others", answer="Counters", also=_GONE
    ),
    ("PUT", "/clusters/{cluster}/profile"): OpenApiOperation(
        summary="another profile from now on", body="ProfileTable", answer="Details", also=_GONE | _BODY
    ),
    ("GET", "/clusters/{cluster}/faults"): OpenApiOperation(
        summary="the faults that are switched on", answer="Faults", also=_GONE
    ),
    ("POST", "/clusters/{cluster}/faults"): OpenApiOperation(
        summary="switch a fault on; `Location` names it",
        status=201,
        body="Fault",
        answer="SetFault",
        also=_GONE | _BODY | {409: "a fault with this label is on"},
    ),
    ("DELETE", "/clusters/{cluster}/faults"): OpenApiOperation(summary="switch all faults off", status=204, also=_GONE),
    ("DELETE", "/clusters/{cluster}/faults/{label}"): OpenApiOperation(
        summary="switch one fault off", status=204, also={404: "there is no such cluster, or no such fault"}
    ),
    ("POST", "/clusters/{cluster}/shares"): OpenApiOperation(
        summary="make a share by hand, past the connector; `Location` names it",
        status=201,
        body="ShareBody",
        answer="Share",
        also=_GONE | _BODY | {409: "there is a share of this name"},
    ),
    ("DELETE", "/clusters/{cluster}/shares/{name}"): OpenApiOperation(
        summary="remove a share by hand, past the connector",
        status=204,
        also={404: "there is no such cluster, or no such share"},
    ),
    ("POST", "/clusters/{cluster}/crash"): OpenApiOperation(
        summary="down now, for `down_for` seconds; with `wipe` it comes back without its shares",
        status=204,
        body="CrashBody",
        also=_GONE | _BODY,
    ),
    ("POST", "/clusters/{cluster}/reset"): OpenApiOperation(
        summary="no shares, no logs, counters at zero; faults, profile and open connections stay",
        status=204,
        also=_GONE,
    ),
    ("POST", "/clusters/{cluster}/restore"): OpenApiOperation(
        summary="as it was started: up, its first profile and faults, no shares, no logs; connections are reset",
        status=204,
        also=_GONE,
    ),
    ("GET", "/clusters/{cluster}/wait"): OpenApiOperation(
        summary="answers once `counter` has reached `at_least`",
        query=_WAIT,
        answer="Reached",
        also=_GONE | _QUERY | {504: "it was not reached within `timeout`"},
    ),
    ("GET", "/faults"): OpenApiOperation(summary="every kind of fault and what it takes", answer="Kinds"),
    ("GET", "/links"): OpenApiOperation(summary="all links, with their toxics", answer="Links"),
    ("GET", "/links/{link}/toxics"): OpenApiOperation(summary="the toxics of a link", answer="Toxics", also=_NO_LINK),
    ("POST", "/links/{link}/toxics"): OpenApiOperation(
        summary="add a toxic",
        status=201,
        body="Toxic",
        answer="SetToxic",
        also=_NO_LINK | _BODY | {409: "a toxic with this label is on, or it conflicts with one that is"},
    ),
    ("DELETE", "/links/{link}/toxics"): OpenApiOperation(summary="remove all toxics", status=204, also=_NO_LINK),
    ("GET", "/links/{link}/toxics/{label}"): OpenApiOperation(
        summary="one toxic", answer="SetToxic", also={404: "there is no such link, or no such toxic"}
    ),
    ("PUT", "/links/{link}/toxics/{label}"): OpenApiOperation(
        summary="change a toxic",
        body="Toxic",
        answer="SetToxic",
        also=_BODY | {404: "there is no such link, or no such toxic", 409: "it conflicts with one that is on"},
    ),
    ("DELETE", "/links/{link}/toxics/{label}"): OpenApiOperation(
        summary="remove a toxic", status=204, also={404: "there is no such link, or no such toxic"}
    ),
    ("POST", "/links/{link}/reset"): OpenApiOperation(
        summary="reset every connection of the link now", status=204, also=_NO_LINK
    ),
}
"""By method and path; tests hold them to what the admin APIs route and answer."""

_DESCRIPTION = (
    "The HTTP APIs that control fake clusters (`spoolproof clusters serve`, `spoolproof run --admin`) and the links of "
    "a live run (`spoolproof run --admin`). Each is a server of its own: URL and token are in the file that is named "
    "when it starts."
)


def openapi_json() -> str:
    """The document as a file."""
    return json.dumps(admin_openapi(), indent=1, ensure_ascii=False) + "\n"


def admin_openapi() -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "spoolproof admin APIs", "version": "1", "description": _DESCRIPTION},
        "servers": [{"url": "http://127.0.0.1:{port}", "variables": {"port": {"default": "0"}}}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _operation(method: str, path: str, operation: OpenApiOperation) -> dict[str, Any]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    parameters += [
        {"name": name, "in": "query", "required": "default" not in schema, "schema": schema}
        for name, schema in operation.query.items()
    ]
    answer: dict[str, Any] = {"description": "done"}
    if operation.answer:
        answer = {"description": operation.summary, "content": {"application/json": _ref(operation.answer)}}
    problems = _ANY | operation.also
    return {
        "operationId": "-".join([method.lower(), *(part.strip("{}") for part in path.strip("/").split("/"))]),
        "tags": [path.split("/")[1]],
        "summary": operation.summary,
        "parameters": parameters,
        **({"requestBody": {"content": {"application/json": _ref(operation.body)}}} if operation.body else {}),
        "responses": {str(operation.status): answer}
        | {
            str(status): {"description": why, "content": {"application/problem+json": _ref("Problem")}}
            for status, why in sorted(problems.items())
        },
    }


def _ref(name: str) -> dict[str, Any]:
    return {"schema": {"$ref": _COMPONENTS.format(model=name)}}


def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = {}

    def add(name: str, schema: dict[str, Any]) -> None:
        found.update(schema.pop("$defs", {}))
        found[name] = schema

    for model in (ProfileTable, CrashBody, ShareBody):
        add(model.__name__, model.model_json_schema(ref_template=_COMPONENTS))
    add("Fault", TypeAdapter[Any](AnyFault).json_schema(ref_template=_COMPONENTS))
    add("Toxic", TypeAdapter[Any](AnyToxic).json_schema(ref_template=_COMPONENTS))
    for name, row in (("Share", ShareView), ("Effect", ClusterEffect), ("Injection", Injection)):
        add(name, TypeAdapter(row).json_schema(mode="serialization", ref_template=_COMPONENTS))
    return {name: _tidied(schema) for name, schema in sorted({**found, **_ANSWERS}.items())}


def _tidied(schema: Any) -> Any:
    """Without titles made of names, and without defaults that a file may not spell out."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _tidied(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value == [])
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": _COMPONENTS.format(model=name)}}


_TEXT, _WHOLE, _OPEN = {"type": "string"}, {"type": "integer"}, {"type": "object"}
_TEXTS = {"type": "array", "items": _TEXT}
_COUNTERS = {"type": "object", "additionalProperties": _WHOLE}
_CLUSTER = {
    "name": _TEXT,
    "host": _TEXT,
    "port": _WHOLE,
    "host_key": _TEXT,
    "other_host_keys": _TEXTS,
    "dialect": _TEXT,
    "open": {"type": "boolean"},
    "profile": _TEXT,
    "shares": _WHOLE,
}
_ANSWERS: Mapping[str, Any] = {
    "Cluster": _object(**_CLUSTER, faults=_TEXTS),
    "Clusters": _object(clusters=_list("Cluster")),
    "Counters": _COUNTERS,
    "Details": _object(**_CLUSTER, now={"type": "number"}, limits=_OPEN, counters=_COUNTERS, faults=_list("SetFault")),
    "Effects": _object(effects=_list("Effect")),
    "Faults": _object(faults=_list("SetFault")),
    "Injections": _object(injections=_list("Injection")),
    "Kind": _object(
        name=_TEXT,
        site=_TEXT,
        does=_TEXT,
        seen=_TEXT,
        ambiguous={"type": "boolean"},
        standing={"type": "boolean"},
        verbs=_TEXTS,
        parameters={"type": "array", "items": _OPEN},
        selectors=_TEXTS,
    ),
    "Kinds": _object(faults=_list("Kind")),
    "Link": _object(
        link=_TEXT, host=_TEXT, port=_WHOLE, connections=_WHOLE, counters=_COUNTERS, toxics=_list("SetToxic")
    ),
    "Links": _object(links=_list("Link")),
    "Problem": _object(type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT),
    "Reached": _object(counter=_TEXT, value=_WHOLE),
    "SetFault": _object(kind=_TEXT, label=_TEXT),
    "SetToxic": _object(kind=_TEXT, label=_TEXT),
    "Shares": _object(shares=_list("Share")),
    "Toxics": _object(toxics=_list("SetToxic")),
}
