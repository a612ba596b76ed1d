"""How many turns a loop may take without its clock advancing, and which tasks run in a loop that takes more."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.virtual.steps import LoopStep, TimedStep
from harness.virtual.task import HostedTask

__all__ = ["BusyTasks", "most_turns", "place_of"]

_TURNS = 5_000
_TURNS_PER_ARRIVAL = 100
"""Measured: the longest instant of 800 explored runs over two bases took 90 turns, of the shipped scenarios 97;
2,000 shares that a pause, a kill or a crash had held up took up to 2,940 together, 1.5 each. So the bounds are fifty
times what a healthy run needs, and a small run that exceeds them is noticed after about a second of CPU time."""

_NAMED = 3
_LIBRARY = Path(asyncio.__file__).parent


def most_turns(arrivals: float) -> int:
    """Return how many turns of the loop one instant may take, by the arrivals of the load."""
    return _TURNS + round(_TURNS_PER_ARRIVAL * arrivals)


@dataclass(slots=True)
class BusyTasks:
    """Counts, over some turns, which tasks had something to run, by their name and place."""

    turns: int = 0
    _seen: Counter[str] = field(default_factory=Counter)

    def note(self, ready: Iterable[LoopStep | TimedStep]) -> None:
        """To be called before each turn."""
        self.turns += 1
        self._seen.update({name for step in ready if (name := _name(step))})

    def most(self) -> tuple[str, ...]:
        """Return the busiest."""
        found = [f"{name}, in {count} of {self.turns} turns" for name, count in self._seen.most_common(_NAMED)]
        return tuple(found) or ("callbacks, which belong to no task",)


def _name(step: LoopStep | TimedStep) -> str:
    """Whose it is; "" where it is no task's."""
    owner = getattr(step._callback, "__self__", None)
    return f"{owner.host.name}: {place_of(owner)}" if isinstance(owner, HostedTask) else ""


def place_of(task: asyncio.Task[Any]) -> str:
    """Return the coroutines of a task, the outermost first and asyncio's own left out, and the line it waits at."""
    names, line, waits = [], 0, task.get_coro()
    while (frame := _of(waits, "frame")) is not None and _LIBRARY not in Path(frame.f_code.co_filename).parents:
        names.append(frame.f_code.co_qualname)
        line, waits = frame.f_lineno, _of(waits, "await") or _of(waits, "yieldfrom")
    return f"{' > '.join(names)}, line {line}" if names else "not started"


def _of(waits: object, what: str) -> Any:
    """An attribute of a coroutine, a generator or an async generator; None where it is none of these."""
    return next((found for kind in ("cr", "gi", "ag") if (found := getattr(waits, f"{kind}_{what}", None))), None)
