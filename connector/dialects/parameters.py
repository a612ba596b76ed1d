"""Requests as flat parameters, so that a template can name them: the stamp's fields stand beside the request's own."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_args

from connector.operations import Mutation, Request, Stamp, Verb

__all__ = ["PARAMETERS", "Parameter", "flatten", "unflatten"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that a verb can be told."""

    name: str
    required: bool


def _parameters_of(kind: type[Any]) -> tuple[Parameter, ...]:
    own = [
        Parameter(name=entry.name, required=entry.default is MISSING)
        for entry in fields(kind)
        if entry.name not in ("stamp", "part")
    ]
    # No connector has to take a request id, though each command here has one.
    stamped = fields(Stamp) if kind in get_args(Mutation) else ()
    return (*own, *(Parameter(name=entry.name, required=False) for entry in stamped))


_REQUESTS: dict[Verb, Callable[..., Request]] = {kind.verb: kind for kind in get_args(Request)}
_MUTATIONS = frozenset(kind.verb for kind in get_args(Mutation))
_STAMP = tuple(entry.name for entry in fields(Stamp))
_OWN = {kind.verb: frozenset(entry.name for entry in fields(kind)) for kind in get_args(Request)}

PARAMETERS: dict[Verb, tuple[Parameter, ...]] = {kind.verb: _parameters_of(kind) for kind in get_args(Request)}


def flatten(request: Request) -> dict[str, Any]:
    """The parameters that have a value."""
    stamp = getattr(request, "stamp", None)
    named = {
        entry.name: getattr(stamp if entry.name in _STAMP else request, entry.name)
        for entry in PARAMETERS[request.verb]
    }
    return {name: value for name, value in named.items() if value is not None}


def unflatten(verb: Verb, values: dict[str, Any]) -> Request:
    """The request; `values` holds at least the required parameters."""
    own = {name: value for name, value in values.items() if name in _OWN[verb]}
    if verb in _MUTATIONS:
        stamp = {name: value for name, value in values.items() if name in _STAMP}
        own["stamp"] = Stamp(**({"request_id": None} | stamp))
    return _REQUESTS[verb](**own)
