"""/openapi.json and /try: the API's document, and a page to try it that loads nothing from anywhere else."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.caller import AccessLevel
from pipeline.api.description import described
from pipeline.api.openapi import openapi_document
from pipeline.api.resource import Handler
from pipeline.api.schemas import AnyObject

__all__ = ["document_resources", "document_text"]


def document_resources(resources: Mapping[str, Mapping[str, Handler]]) -> Mapping[str, Mapping[str, Handler]]:
    """These and the two paths, for a document about all of them."""

    @cache
    def document() -> bytes:
        return document_text(every)

    @described("this document, OpenAPI 3.1", access=AccessLevel.ANYBODY, answer=AnyObject)
    async def openapi(_: Request) -> Response:
        return Response(document(), media_type="application/json")

    own: Mapping[str, Mapping[str, Handler]] = {"/openapi.json": {"GET": openapi}, "/try": {"GET": _page}}
    every = {**resources, **own}
    return every


def document_text(resources: Mapping[str, Mapping[str, Handler]]) -> bytes:
    """The document as it is served."""
    return to_json(openapi_document(resources), indent=1)


@described("a page to try the API in a browser", access=AccessLevel.ANYBODY, media="text/html")
async def _page(_: Request) -> Response:
    html, policy = _read_page()
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)


@cache
def _read_page() -> tuple[str, str]:
    """The page, and a policy that lets its own script and style run, and nothing else."""
    html = (files("pipeline.api") / "try.html").read_text(encoding="utf-8")
    script, style = (_hash(html, tag) for tag in ("script", "style"))
    policy = (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, policy


def _hash(html: str, tag: str) -> str:
    (inner,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    return f"'sha256-{b64encode(sha256(inner.encode()).digest()).decode()}'"
