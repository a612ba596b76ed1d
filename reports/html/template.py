"""What every page is made with: templates, style and script from our own files, and data that a page can carry."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.sentences import count_of, measured, played, seconds

__all__ = ["asset", "coded", "embedded", "environment"]


def embedded(data: dict[str, Any]) -> Markup:
    """JSON that is safe inside a script element: no name of a share can end it."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped


def coded(text: str) -> Markup:
    """What stands between backticks as code; everything else as it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd % 2 else part for odd, part in enumerate(parts)
    )


@cache
def asset(name: str) -> Markup:
    """A file of this package, as it is."""
    return Markup((files("reports.html") / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


@cache
def environment() -> Environment:
    """Where templates come from; a name that is not given is an error."""
    made = Environment(
        loader=PackageLoader("reports.html", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["seconds"] = seconds
    made.filters["measured"] = measured
    made.filters["count_of"] = count_of
    made.filters["played"] = played
    made.filters["coded"] = coded
    return made
