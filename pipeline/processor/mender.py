"""Mends one difference between store, spool and clusters. What has changed since it was found is left alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, assert_never

from pipeline.processor.differences import Discrepancy, Remedy
from pipeline.processor.hints import end_stray, send_hint
from pipeline.processor.sweeper import Sweeper
from pipeline.record import Change
from pipeline.settings import ReconcilerSettings
from pipeline.states import Operation
from pipeline.store import accepting
from pipeline.store.acceptances import Accepted
from pipeline.store.tables import Work

__all__ = ["Mender", "Mends", "TransactingStore", "WrapMender"]

T = TypeVar("T")

_MESSAGE_LIFETIME = 3600.0


class TransactingStore(Protocol):
    """A store that runs any code in a transaction."""

    async def transact(self, work: Work[T]) -> T: ...


class Mends(Protocol):
    """Who applies remedies."""

    async def mend(self, difference: Discrepancy, remedy: Remedy) -> bool:
        """Whether it was mended."""
        ...


WrapMender = Callable[[Mends], Mends]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mender:
    """`Mends` in one transaction each, or with one command. sweepers: by location."""

    store: TransactingStore
    sweepers: Mapping[str, Sweeper]
    settings: ReconcilerSettings

    async def mend(self, difference: Discrepancy, remedy: Remedy) -> bool:
        match remedy:
            case Remedy.SEND:
                id, grace = difference.mark or "", self.settings.grace
                return await self.store.transact(
                    lambda tables: send_hint(tables, id, grace=grace, lifetime=_MESSAGE_LIFETIME)
                )
            case Remedy.END:
                number = difference.message or 0
                return await self.store.transact(lambda tables: end_stray(tables, number))
            case Remedy.VERIFY:
                return await self.store.transact(_verifying(difference))
            case Remedy.DELETE:
                sweeper = self.sweepers[difference.location]
                return await sweeper.delete(difference.name, difference.mark)
            case _:
                assert_never(remedy)


def _verifying(difference: Discrepancy) -> Work[bool]:
    change = Change(operation=Operation.VERIFY)
    location, name = difference.location, difference.name
    return lambda tables: isinstance(
        accepting.change(tables, location, name, change, message_lifetime=_MESSAGE_LIFETIME), Accepted
    )
