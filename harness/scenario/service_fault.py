"""What faults of the service's messages and transactions share: they last for a window, and are counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from fake_clusters.rules.keys import Key, keys_of

__all__ = ["CountedSelector", "ServiceFaultKind"]

Positive = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedSelector:
    """Which of those that come while the rule applies. One meets at most one rule, the first that selects it."""

    nth: Positive | None = field(default=None, metadata={"doc": "only the Nth of them, from 1"})
    every: Positive | None = field(default=None, metadata={"doc": "every Nth of them"})
    probability: Annotated[float, Field(gt=0, le=1)] = field(
        default=1.0, metadata={"doc": "of each that all else lets through"}
    )

    def counts(self, seen: int) -> bool:
        """Whether it is meant, by how many have come with it."""
        return (self.nth is None or seen == self.nth) and not (self.every and seen % self.every)


class ServiceFaultKind(StrEnum):
    """The kinds of one section of a scenario."""

    @property
    def instant(self) -> bool:
        return False

    @property
    def selector(self) -> type[Any]:
        return CountedSelector

    @property
    def keys(self) -> Mapping[str, Key]:
        return keys_of(self.selector)
