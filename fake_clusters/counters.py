"""What a cluster counts: totals since it was made or reset, gauges of what is going on, and their peaks."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from connector.codes import CATALOGUE, Code
from connector.operations import Verb

__all__ = ["Counters", "Gauge", "Total"]


class Total(StrEnum):
    """What only grows. Each verb and each code that a connector sends has a total too: `commands.create`,
    `refusals.busy`."""

    CONNECTIONS = "connections"
    CONNECTIONS_REFUSED = "connections_refused"
    LOGINS = "logins"
    CHANNELS = "channels"
    CHANNELS_REFUSED = "channels_refused"
    COMMANDS = "commands"
    UNREADABLE = "unreadable"
    ANSWERS = "answers"
    REFUSALS = "refusals"
    ABANDONED = "abandoned"
    HUNG = "hung"
    CUT = "cut"
    LOST = "lost"
    CRASHES = "crashes"
    EFFECTS = "effects"
    LATE_EFFECTS = "late_effects"


class Gauge(StrEnum):
    """What goes up and down; `peak_…` keeps the highest."""

    OPEN_CONNECTIONS = "open_connections"
    SESSIONS = "sessions"
    IN_SERVICE = "in_service"
    QUEUED = "queued"


class Counters:
    """Observers are called after each change, within the change: they must not call the model."""

    def __init__(self) -> None:
        self._gauges = dict.fromkeys(Gauge, 0)
        self._observers: list[Callable[[], None]] = []
        self.reset()

    def reset(self) -> None:
        """Totals to zero; peaks to what the gauges show."""
        self._totals = dict.fromkeys(Total, 0)
        self._verbs = dict.fromkeys(Verb, 0)
        self._codes = {code: 0 for code, entry in CATALOGUE.items() if entry.status is not None}
        self._peaks = dict(self._gauges)
        self._changed()

    def count(self, total: Total) -> None:
        self._totals[total] += 1
        if self._observers:
            self._changed()

    def count_command(self, verb: Verb) -> None:
        self._verbs[verb] += 1
        self.count(Total.COMMANDS)

    def count_refusal(self, code: Code) -> None:
        self._codes[code] = self._codes.get(code, 0) + 1
        self.count(Total.REFUSALS)

    def show(self, gauge: Gauge, value: int) -> None:
        if self._gauges[gauge] != value:
            self._gauges[gauge] = value
            self._peaks[gauge] = max(self._peaks[gauge], value)
            if self._observers:
                self._changed()

    def rows(self) -> Mapping[str, int]:
        """All of them by name, zeros too."""
        return {
            **{total.value: count for total, count in self._totals.items()},
            **{f"commands.{verb.value}": count for verb, count in self._verbs.items()},
            **{f"refusals.{code.value}": count for code, count in self._codes.items()},
            **{gauge.value: value for gauge, value in self._gauges.items()},
            **{f"peak_{gauge.value}": value for gauge, value in self._peaks.items()},
        }

    def gauges(self) -> Mapping[str, int]:
        """What is going on now, by name."""
        return {gauge.value: value for gauge, value in self._gauges.items()}

    def observe(self, observer: Callable[[], None]) -> Callable[[], None]:
        """Call `observer` after each change, until what is returned is called."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def _changed(self) -> None:
        for observer in tuple(self._observers):
            observer()
