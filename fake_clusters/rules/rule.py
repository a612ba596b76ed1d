"""A rule of the schedule: what is injected, when, into what, and with which parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from fake_clusters.rules.keys import Key

__all__ = ["ALWAYS", "NoParameters", "Rule", "RuleKind", "Window"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoParameters:
    """For kinds that take none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Seconds from the start of the load, half open."""

    begins: float = 0.0
    ends: float = float("inf")

    def holds(self, at: float) -> bool:
        return self.begins <= at < self.ends

    def overlaps(self, begins: float, ends: float) -> bool:
        return self.begins < ends and self.ends > begins


ALWAYS = Window()


class RuleKind(Protocol):
    """What a rule injects. `str` gives the name that files and journals use.

    section: its array of tables in a scenario file. does: one sentence. parameters, selector: frozen dataclasses whose
    fields carry a `doc`. keys: those of the selector that this kind takes. instant: it comes at one instant (`at`)
    instead of lasting for a window.
    """

    @property
    def section(self) -> str: ...

    @property
    def does(self) -> str: ...

    @property
    def parameters(self) -> type[Any]: ...

    @property
    def selector(self) -> type[Any]: ...

    @property
    def keys(self) -> Mapping[str, Key]: ...

    @property
    def instant(self) -> bool: ...


Kind_co = TypeVar("Kind_co", bound=RuleKind, covariant=True)
Selector_co = TypeVar("Selector_co", covariant=True)


@dataclass(frozen=True, kw_only=True)  # no slots: with them `Rule[...](...)` raises on Python 3.11
class Rule(Generic[Kind_co, Selector_co]):
    """One rule. label: its name in reports. window: when it applies. selector: what it applies to.

    An instantaneous kind comes at `window.begins`. parameters: of the kind's own type.
    """

    kind: Kind_co
    label: str
    selector: Selector_co
    window: Window = ALWAYS
    parameters: Any = field(default_factory=NoParameters)
