"""What happens to the transactions of the reference pipeline's store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from connector.units import Duration
from fake_clusters.rules.rule import NoParameters, Rule
from harness.scenario.roles import Role
from harness.scenario.service_fault import CountedSelector, ServiceFaultKind

__all__ = ["StoreCall", "StoreFaultKind", "StoreFaultRule", "StoreSelector", "SyncDelay", "TimeDown"]


class StoreCall(StrEnum):
    """A transaction that writes. create, change: by the API; the others by the processor, as the crash points say.

    take, done: of the messages in the store, which a relay takes where there is a broker; done ends one, or gives it
    back.
    """

    CREATE = "create"
    CHANGE = "change"
    CLAIM = "claim"
    RENEW = "renew"
    BEGIN = "begin"
    END = "end"
    MOVE = "move"
    GIVE_UP = "give-up"
    REMOVE = "remove"
    RELEASE = "release"
    TAKE = "take"
    DONE = "done"

    @property
    def part(self) -> Role:
        """Whose it is."""
        return Role.API if self in {StoreCall.CREATE, StoreCall.CHANGE} else Role.PROCESSOR


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncDelay:
    delay: Annotated[Duration, Field(gt=0)] = field(default=0.5, metadata={"doc": "how much longer it takes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeDown:
    down: Annotated[Duration, Field(gt=0)] = field(default=0.5, metadata={"doc": "until the database is back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSelector(CountedSelector):
    """Which of the transactions that are asked for while the rule applies."""

    call: StoreCall | None = field(default=None, metadata={"doc": "only these transactions; default: all that write"})


class StoreFaultKind(ServiceFaultKind):
    FULL = "store_full"
    READ_ONLY = "store_read_only"
    SLOW_SYNC = "store_slow_sync"
    LOST_TAIL = "store_lost_tail"
    LOST_COMMIT = "store_lost_commit"
    RESTART = "store_restart"

    @property
    def section(self) -> str:
        return "store_faults"

    @property
    def does(self) -> str:
        return _DOES[self]

    @property
    def parameters(self) -> type[Any]:
        return _PARAMETERS[self]

    @property
    def selector(self) -> type[StoreSelector]:
        return StoreSelector


_DOES = {
    StoreFaultKind.FULL: "The disk has no space: a transaction fails at once, and nothing of it is written.",
    StoreFaultKind.READ_ONLY: "The store is read-only, as a standby is: a transaction fails at once.",
    StoreFaultKind.SLOW_SYNC: "The disk is slow to sync: a transaction ends `delay` later, and others see it at the "
    "beginning or at the end of that time.",
    StoreFaultKind.LOST_TAIL: "A sync fails after `delay`, and what was not synced is lost: the transaction fails.",
    StoreFaultKind.LOST_COMMIT: "The connection is lost in mid-commit: the transaction fails, and one of two is "
    "committed all the same.",
    StoreFaultKind.RESTART: "The database is restarted: the transaction fails, and so does every one, reads too, for "
    "`down`.",
}
_PARAMETERS: Mapping[StoreFaultKind, type[Any]] = {
    StoreFaultKind.FULL: NoParameters,
    StoreFaultKind.READ_ONLY: NoParameters,
    StoreFaultKind.SLOW_SYNC: SyncDelay,
    StoreFaultKind.LOST_TAIL: SyncDelay,
    StoreFaultKind.LOST_COMMIT: NoParameters,
    StoreFaultKind.RESTART: TimeDown,
}

StoreFaultRule = Rule[StoreFaultKind, StoreSelector]
"""label: unique in a run."""
