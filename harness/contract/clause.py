"""A clause: one sentence about connectors, and the function that finds out whether it holds of one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import getdoc

from connector.operations import Capability
from harness.contract.probe import ClauseProbe
from reports.contract.results import ClauseLevel

__all__ = ["Check", "Clause", "must", "should"]

Check = Callable[[ClauseProbe], Awaitable[None]]
"""Returns where the clause holds; raises what `findings` has otherwise. The first paragraph of its docstring is the
sentence of the clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """id: `theme.what-it-is-about`. ambiguous: about outcomes that a caller cannot know.

    claims: asked only of connectors that claim it. unclaimed: only of those that do not. alone: nothing else may run
    meanwhile, since it is about what the connector bears.
    """

    id: str
    sentence: str
    level: ClauseLevel
    check: Check
    ambiguous: bool = False
    claims: Capability | None = None
    unclaimed: Capability | None = None
    alone: bool = False

    @property
    def theme(self) -> str:
        return self.id.partition(".")[0]


def must(id: str, check: Check, *, sentence: str | None = None, **more: object) -> Clause:
    """A clause without which a connector does not conform."""
    return _clause(id, check, ClauseLevel.MUST, sentence, more)


def should(id: str, check: Check, *, sentence: str | None = None, **more: object) -> Clause:
    """A clause that is recommended."""
    return _clause(id, check, ClauseLevel.SHOULD, sentence, more)


def _clause(id: str, check: Check, level: ClauseLevel, sentence: str | None, more: dict[str, object]) -> Clause:
    said = sentence or " ".join((getdoc(check) or "").split("\n\n", maxsplit=1)[0].split())
    assert said, f"{id}: a clause needs a sentence"
    return Clause(id=id, sentence=said, level=level, check=check, **more)  # type: ignore[arg-type]  # of the fields
