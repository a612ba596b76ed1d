"""The API's OpenAPI 3.1 document, made of its routes and of what is written beside their handlers."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from pipeline.api.caller import AccessLevel
from pipeline.api.description import Description, description_of
from pipeline.api.keys import KEY_SCHEMA
from pipeline.api.resource import Handler
from pipeline.api.schemas import ProblemDetails
from pipeline.api.tenants import TENANT_SCHEMA
from pipeline.kinds.fields import NAME_SCHEMA
from pipeline.problems import MEDIA_TYPE, Cause, catalogue

__all__ = ["openapi_document"]

_COMPONENTS = "#/components/schemas/{model}"
_ALWAYS = (Cause.INVALID_REQUEST, Cause.INTERNAL, Cause.STORE_UNAVAILABLE)
_AT_ACCESS_CONTROL = (Cause.UNAUTHENTICATED, Cause.TOO_MANY_REQUESTS, Cause.SPOOL_FULL, Cause.AUTH_UNAVAILABLE)
_SECURITY: list[dict[str, list[str]]] = [{}, {"token": []}, {"certificate": []}]
"""Which of them a pipeline asks for is its operator's to say."""
_WITH_BODY = (Cause.UNSUPPORTED_MEDIA_TYPE, Cause.TOO_LARGE)
_PATHS: Mapping[str, Mapping[str, Any]] = {
    "location": NAME_SCHEMA,
    "name": NAME_SCHEMA,
    "id": {"type": "string", "format": "uuid", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
    "cause": {"type": "string", "enum": [cause.value for cause in Cause]},
}
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "certificate": {"type": "mutualTLS"},
}
_KEYWORDS = {"ge": "minimum", "le": "maximum"}
"""As pydantic calls a bound of a number that is read from a text."""
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes the request safe to repeat: what was decided is answered again.",
    "schema": KEY_SCHEMA,
}
_TENANT = {
    "name": "X-Tenant",
    "in": "header",
    "required": False,
    "description": "Who asks: tenants take turns at each cluster, and keys are each tenant's own.",
    "schema": TENANT_SCHEMA,
}

Operations = Mapping[tuple[str, str], Description]


def openapi_document(resources: Mapping[str, Mapping[str, Handler]]) -> dict[str, Any]:
    """resources: handlers by method, by path. A handler that has no description is left out."""
    operations = {
        (path, method): found
        for path, handlers in resources.items()
        for method, handler in handlers.items()
        if (found := description_of(handler)) is not None
    }
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for (path, method), description in operations.items():
        paths[path.replace(":path", "")][method.lower()] = _operation(path, method, description)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "spoolproof: shares",
            "version": _version(),
            "description": "Creates and maintains file shares on storage clusters. A create is answered at once, "
            "and a processor carries it out.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": dict(paths),
        "components": {"securitySchemes": _SCHEMES, "schemas": _schemas(operations)},
    }


def _operation(path: str, method: str, description: Description) -> dict[str, Any]:
    document: dict[str, Any] = {
        "operationId": _operation_id(path, method),
        "summary": description.summary,
        "parameters": [*_path_parameters(path), *_query_parameters(description.query)],
        "responses": _responses(description),
    }
    if description.access is not AccessLevel.ANYBODY:
        document["security"] = _SECURITY
    if description.keyed:
        document["parameters"] += [_KEY]
    if description.keyed or description.of_tenant:
        document["parameters"] += [_TENANT]
    if description.body is not None:
        document["requestBody"] = {"required": True, "content": _content("application/json", description.body)}
    return document


def _operation_id(path: str, method: str) -> str:
    words = [word.strip("{}") for word in path.split("/") if word not in {"", "v1"}]
    return re.sub(r"\W", "_", "_".join([method.lower(), *words]))


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)(?::\w+)?}", path):
        yield {"name": name, "in": "path", "required": True, "schema": _PATHS.get(name, {"type": "string"})}


def _query_parameters(query: type[BaseModel] | None) -> Iterator[dict[str, Any]]:
    """A query holds texts alone: no parameter of it is null."""
    if query is None:
        return
    schema = query.model_json_schema(mode="serialization", ref_template=_COMPONENTS)
    for name, given in schema["properties"].items():
        value = {_KEYWORDS.get(key, key): each for key, each in given.items() if key != "title" and each is not None}
        choices = [choice for choice in value.pop("anyOf", []) if choice != {"type": "null"}]
        for choice in choices:
            value |= choice
        required = query.model_fields[name].is_required()
        parameter = {"name": name, "in": "query", "required": required, "schema": value}
        if (about := value.pop("description", None)) is not None:
            parameter["description"] = about
        yield parameter


def _responses(description: Description) -> dict[str, Any]:
    successes = {description.status: description.answer, **description.also}
    responses: dict[str, Any] = {
        str(status): {"description": _SUCCESS.get(status, "done"), **_body(description.media, answer)}
        for status, answer in successes.items()
    }
    causes: defaultdict[int, list[Cause]] = defaultdict(list)
    with_body = _WITH_BODY if description.body is not None else ()
    keyed = (Cause.KEY_REUSED,) if description.keyed else ()
    access_control = () if description.access is AccessLevel.ANYBODY else _AT_ACCESS_CONTROL
    operators = (Cause.FORBIDDEN,) if description.access is AccessLevel.OPERATOR else ()
    for cause in dict.fromkeys((*_ALWAYS, *access_control, *operators, *with_body, *keyed, *description.problems)):
        causes[catalogue()[cause].status].append(cause)
    for status, named in sorted(causes.items()):
        words = "; ".join(f"`{cause}`: {catalogue()[cause].title}" for cause in named)
        responses[str(status)] = {"description": words, "content": _content(MEDIA_TYPE, ProblemDetails)}
    return responses


_SUCCESS = {200: "as asked", 201: "made", 202: "accepted: it is durable, and is carried out", 204: "nothing to say"}


def _body(media: str, answer: type[BaseModel] | None) -> dict[str, Any]:
    if answer is not None:
        return {"content": _content(media, answer)}
    return {} if media == "application/json" else {"content": {media: {"schema": {"type": "string"}}}}


def _content(media: str, model: type[BaseModel]) -> dict[str, Any]:
    return {media: {"schema": {"$ref": _COMPONENTS.format(model=model.__name__)}}}


def _schemas(operations: Operations) -> dict[str, Any]:
    models: dict[type[BaseModel], JsonSchemaMode] = {ProblemDetails: "serialization"}
    for description in operations.values():
        if description.body is not None:
            models[description.body] = "validation"
        for answer in (description.answer, *description.also.values()):
            if answer is not None:
                models[answer] = "serialization"
        if description.query is not None:
            models[description.query] = "serialization"
    _, document = models_json_schema(list(models.items()), ref_template=_COMPONENTS)
    queries = {each.query.__name__ for each in operations.values() if each.query is not None}
    return {name: schema for name, schema in sorted(document["$defs"].items()) if name not in queries}


def _version() -> str:
    try:
        return version("spoolproof")
    except PackageNotFoundError:  # a copy of the pipeline alone
        return "0"
