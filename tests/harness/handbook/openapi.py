"""Holds what the admin APIs answer to the OpenAPI document."""

import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from harness.handbook.openapi import admin_openapi

__all__ = ["answered_as_documented"]

_DOCUMENT = admin_openapi()
_PATHS = {
    re.compile(re.sub(r"\\{label\\}$", "(.+)", re.sub(r"\\{(?!label)\w+\\}", "([^/]+)", re.escape(path)))): path
    for path in _DOCUMENT["paths"]
}


async def answered_as_documented(response: httpx.Response) -> None:
    """For the event hooks of a client: status and body are those of the document, for the paths that it has."""
    path = next((path for form, path in _PATHS.items() if form.fullmatch(response.request.url.path)), None)
    operation: Any = _DOCUMENT["paths"].get(path, {}).get(response.request.method.lower())
    if operation is None:
        return
    assert str(response.status_code) in operation["responses"], (response.request.url, response.status_code)
    content = operation["responses"][str(response.status_code)].get("content", {})
    await response.aread()
    if not content:
        assert not response.content
    for kind, schema in content.items():
        assert response.headers["content-type"] == kind
        Draft202012Validator({**_DOCUMENT, **schema["schema"]}).validate(response.json())
