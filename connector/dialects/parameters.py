"""Requests as flat parameters, so that a template can name them: the stamp's fields stand beside the request's own."""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields
from operator import attrgetter
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


def _getter(names: Sequence[str]) -> Callable[[Request], tuple[Any, ...]]:
    """All the parameters of a request at once."""
    paths = [f"stamp.{name}" if name in _STAMP else name for name in names]
    if not paths:
        return lambda request: ()
    values = attrgetter(*paths)
    return values if len(paths) > 1 else lambda request: (values(request),)


_TOLD = {
    verb: (names, _getter(names))
    for verb, names in ((verb, tuple(one.name for one in found)) for verb, found in PARAMETERS.items())
}


def flatten(request: Request) -> dict[str, Any]:
    """The parameters that have a value."""
    names, values = _TOLD[request.verb]
    return {name: value for name, value in zip(names, values(request), strict=True) if value is not None}


def unflatten(verb: Verb, values: dict[str, Any]) -> Request:
    """The request; `values` holds at least the required parameters."""
    own = {name: value for name, value in values.items() if name in _OWN[verb]}
    if verb in _MUTATIONS:
        stamp = {name: value for name, value in values.items() if name in _STAMP}
        own["stamp"] = Stamp(**({"request_id": None} | stamp))
    return _REQUESTS[verb](**own)
