"""What the admin API takes: bodies and queries, unknown keys refused."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from connector.table import Table
from connector.units import Duration, parse_duration

__all__ = ["CrashBody", "PageQuery", "WaitQuery"]


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _seconds(text: object) -> float:
    """In a query everything is text, so a bare number comes as one too."""
    bare = isinstance(text, str) and text.replace(".", "", 1).isdecimal()
    return parse_duration(f"{text}s" if bare else text)


class CrashBody(Table):
    """Take the cluster down now. wipe: it comes back without its shares."""

    down_for: Duration = 5.0
    wipe: bool = False


class PageQuery(_Query):
    """after: only rows with a greater number."""

    after: Annotated[int, Field(ge=0)] = 0


class WaitQuery(_Query):
    """Answer when `counter` has reached `at_least`, or after `timeout`."""

    counter: str
    at_least: Annotated[int, Field(ge=0)] = 1
    timeout: Annotated[float, BeforeValidator(_seconds), Field(le=300)] = 10.0
