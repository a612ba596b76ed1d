"""How a kind of task is asked for over HTTP: the method and the path below the share, its body, and what that asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from pipeline.record import Change

__all__ = ["ChangeRequest", "NoBody"]


class NoBody(BaseModel):
    """Nothing is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """path: below `/v1/shares/{location}/{name}`; `{client:path}` takes slashes, too.

    checks: whether a part of the path can be what it names; there is no other. change: what is asked, by the body and
    by what the path names.
    """

    method: str
    path: str = ""
    body: type[BaseModel] = NoBody
    checks: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)
    change: Callable[[BaseModel, Mapping[str, str]], Change]

    def target(self, path: Mapping[str, str]) -> str:
        """The path of one request."""
        return self.path.replace(":path", "").format_map(path)
