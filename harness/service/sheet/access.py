"""Access changes as a sheet has them: which are offered, and the ids of the rules that were made."""

from collections import OrderedDict

from harness.service.sheet.tables import SheetTable
from reports.history import Op, OpKind

__all__ = ["AccessIds", "access_changes_of"]

_REMEMBERED = 4096


def access_changes_of(sheet: SheetTable) -> frozenset[OpKind]:
    """Those that can be asked."""
    asked = {OpKind.ALLOW: sheet.allow, OpKind.DENY: sheet.deny}
    return frozenset(kind for kind, table in asked.items() if table is not None)


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
