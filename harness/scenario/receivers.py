"""How the receivers of notices misbehave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from connector.units import Duration
from fake_clusters.rules.keys import Key, keys_of
from fake_clusters.rules.rule import NoParameters, Rule

__all__ = ["NoticeChannel", "NoticeSelector", "ReceiverKind", "ReceiverPause", "ReceiverRule"]


class NoticeChannel(StrEnum):
    """How a notice comes."""

    WEBHOOK = "webhook"
    MAIL = "mail"

    @property
    def plural(self) -> str:
        """Of several."""
        return "mail" if self is NoticeChannel.MAIL else "webhooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverPause:
    delay: Annotated[Duration, Field(gt=0)] = field(default=1.0, metadata={"doc": "how much later it is answered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSelector:
    """Which of the notices that come while the rule applies. One meets at most one rule, the first that selects it."""

    by: NoticeChannel | None = field(default=None, metadata={"doc": "only these; default: all"})
    first: Annotated[int, Field(ge=1)] | None = field(default=None, metadata={"doc": "only so many, the first"})

    def counts(self, seen: int) -> bool:
        """Whether it is meant, by how many have come with it."""
        return self.first is None or seen <= self.first


class ReceiverKind(StrEnum):
    REJECTED = "rejected_notice"
    DELAYED = "delayed_notice"
    DROPPED = "dropped_notice"
    REPEATED = "repeated_notice"

    @property
    def section(self) -> str:
        return "receivers"

    @property
    def instant(self) -> bool:
        return False

    @property
    def does(self) -> str:
        return _DOES[self]

    @property
    def parameters(self) -> type[Any]:
        return ReceiverPause if self is ReceiverKind.DELAYED else NoParameters

    @property
    def selector(self) -> type[NoticeSelector]:
        return NoticeSelector

    @property
    def keys(self) -> Mapping[str, Key]:
        return keys_of(NoticeSelector)


_DOES = {
    ReceiverKind.REJECTED: "A receiver refuses a notice: with status 503 a webhook, with 451 a mail.",
    ReceiverKind.DELAYED: "A receiver takes a notice, and answers `delay` later.",
    ReceiverKind.DROPPED: "A receiver takes a notice, and never answers.",
    ReceiverKind.REPEATED: "A receiver gets a notice twice.",
}

ReceiverRule = Rule[ReceiverKind, NoticeSelector]
"""label: unique in a run."""
