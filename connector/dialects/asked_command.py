"""One command of an operation, as both sides know it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.dialects.parameters import flatten
from connector.dialects.steps import OperationStep
from connector.operations import Request, Verb
from connector.values import fast_frozen

__all__ = ["AskedCommand"]


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCommand:
    """verb, request: of the operation; a request of None is one of which nothing is known. step: the command; None: the
    only one of its verb. places: values of the dialect's own places.
    """

    verb: Verb
    request: Request | None = None
    step: OperationStep | None = None
    places: Mapping[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, Any]:
        """What the command told, and the values of the dialect's own places."""
        return self.places if self.request is None else {**flatten(self.request), **self.places}
