"""The newest commands of a cluster as they came over SSH, and what was answered: for who asks what was really said."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from connector.protocol import WireReply
from connector.values import replace
from fake_clusters.plans import CutHow

__all__ = ["CommandExchange", "ExchangeLog"]

_KEPT = 500
_LONGEST = 4000
"""Characters of a line, of stdout and of stderr that are kept."""


@dataclass(slots=True, kw_only=True)
class CommandExchange:
    """line: the command. began_at, ended_at: when it came, and when its answer was made or its connection was cut, in
    seconds; None: it has not ended.

    reply: what the cluster answered; None: nothing. spoiled: a fault changed the answer on its way out. cut: how the
    connection ended instead. abandoned: its client left before.
    """

    line: str
    began_at: float
    ended_at: float | None = None
    reply: WireReply | None = None
    spoiled: bool = False
    cut: CutHow | None = None
    abandoned: bool = False

    def answer(self, at: float, reply: WireReply, *, spoiled: bool) -> None:
        """The cluster made this answer."""
        self.ended_at = at
        self.reply = replace(reply, stdout=reply.stdout[:_LONGEST], stderr=reply.stderr[:_LONGEST])
        self.spoiled = spoiled

    def break_off(self, at: float, how: CutHow) -> None:
        """The connection is cut in place of an answer."""
        self.ended_at = at
        self.cut = how

    def abandon(self, at: float) -> None:
        """The client leaves; that says nothing of what has ended."""
        if self.ended_at is None:
            self.ended_at = at
            self.abandoned = True


class ExchangeLog:
    """The newest of them; older ones are forgotten."""

    def __init__(self) -> None:
        self._rows: deque[CommandExchange] = deque(maxlen=_KEPT)

    def begin(self, line: str, at: float) -> CommandExchange:
        """A command came; what becomes of it is told to what is returned."""
        row = CommandExchange(line=line[:_LONGEST], began_at=at)
        self._rows.append(row)
        return row

    def rows(self, *, shifted: float = 0.0) -> Sequence[CommandExchange]:
        """Copies, with so many seconds added to their instants."""
        return [
            replace(
                row,
                began_at=row.began_at + shifted,
                ended_at=None if row.ended_at is None else row.ended_at + shifted,
            )
            for row in self._rows
        ]
