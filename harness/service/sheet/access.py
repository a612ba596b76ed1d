"""Access changes, as far as a service offers them: no workload asks them yet, `service check` does."""

from collections import OrderedDict
from typing import Protocol, runtime_checkable

from harness.http_client import HttpClient
from harness.service.answer import Answer
from reports.history import Op

__all__ = ["AccessChanges", "AccessIds"]

_REMEMBERED = 4096


@runtime_checkable
class AccessChanges(Protocol):
    """A `ServiceApi` that gives clients access to shares, and takes it away. None: the service does not offer that.

    client: an address, or a network. access: `ro` or `rw`. Raises as `ServiceApi.ask` does.
    """

    async def allow(self, op: Op, http: HttpClient, *, client: str, access: str) -> Answer | None: ...

    async def deny(self, op: Op, http: HttpClient, *, client: str) -> Answer | None: ...


class AccessIds:
    """The ids of the rules that were made, by share and client."""

    def __init__(self) -> None:
        self._ids: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def remember(self, op: Op, client: str, rule: object) -> None:
        """Keep the id of a rule, if the answer had one."""
        if isinstance(rule, str | int):
            self._ids[op.location, op.name, client] = str(rule)
            if len(self._ids) > _REMEMBERED:
                self._ids.popitem(last=False)

    def of(self, op: Op, client: str) -> str:
        """The id of a rule; empty where none is known."""
        return self._ids.get((op.location, op.name, client), "")
