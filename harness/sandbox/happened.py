"""What happened, line by line, as the page shows it: a bounded list in which each line has a number of its own."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from connector.values import replace
from harness.run.events import Event
from harness.sandbox.start_ids import StartIds
from reports.history import Effect, Injection, NemesisAction, PartEnd, StateChange

__all__ = ["KEPT", "Happened", "Happening", "line_of"]

KEPT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line. kind: a class of the style sheet. number: given when it is added."""

    at: float
    kind: str
    text: str
    location: str = ""
    name: str = ""
    number: int = 0


class Happened:
    """The last lines, and their numbers, which are never given twice. start: as `StartIds` has it."""

    def __init__(self, start: str = "") -> None:
        self._lines: deque[Happening] = deque(maxlen=KEPT)
        self._ids = StartIds(start)
        self.last = 0

    @property
    def last_id(self) -> str:
        """The last number as a browser hands it back, whichever start it is then."""
        return self._ids.id_of(self.last)

    def number_of(self, line_id: str) -> int | None:
        """The number that a browser hands back; None for one of another start."""
        return self._ids.number_of(line_id)

    def add(self, line: Happening) -> None:
        self.last += 1
        self._lines.append(replace(line, number=self.last))

    def lines(self) -> Sequence[Happening]:
        """All that are kept, in the order of their instants: after a start, those of the one before come as their
        sources are read."""
        return sorted(self._lines, key=lambda line: (line.at, line.number))

    def after(self, number: int) -> Sequence[Happening] | None:
        """Those with a higher number; None where not all of them are kept, or the number is of another start."""
        first = self._lines[0].number if self._lines else self.last + 1
        if number > self.last or number + 1 < first:
            return None
        return tuple(line for line in self._lines if line.number > number)


def line_of(event: Event) -> Happening | None:
    """A row of the history as a line."""
    match event:
        case StateChange():
            reason = f": {event.reason}" if event.reason else ""
            move = f"{event.before or 'asked for'} → {event.after or 'removed'}"
            return _about("change", event.at, event.location, event.name, f"{move} by the {event.writer}{reason}")
        case Effect():
            late = ", after its command had ended" if event.late else ""
            return _about("effect", event.at, event.cluster, event.name, f"{event.kind} on the cluster{late}")
        case Injection():
            verb = f" {event.verb}" if event.verb else ""
            return _about("strike", event.at, event.cluster, event.key or "", f"{event.label} struck{verb}")
        case NemesisAction():
            detail = f" {event.detail}" if event.detail else ""
            return Happening(at=event.at, kind="by-hand", text=f"by hand: {event.action} {event.target}{detail}")
        case PartEnd():
            return Happening(at=event.at, kind="strike", text=f"the {event.part} ended by itself: {event.how}")
        case _:
            assert_never(event)


def _about(kind: str, at: float, location: str, name: str, text: str) -> Happening:
    about = f"{location}/{name}" if name else location
    return Happening(at=at, kind=kind, text=f"{about}: {text}", location=location, name=name)
