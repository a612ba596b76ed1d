"""One command of an operation, as both sides know it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.dialects.steps import OperationStep
from connector.operations import Request, Verb

__all__ = ["AskedCommand"]


@dataclass(frozen=True, slots=True)
class AskedCommand:
    """verb, request: of the operation; a request of None is one of which nothing is known. step: the command; None: the
    only one of its verb. places: values of the dialect's own places.
    """

    verb: Verb
    request: Request | None = field(default=None, kw_only=True)
    step: OperationStep | None = field(default=None, kw_only=True)
    places: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
