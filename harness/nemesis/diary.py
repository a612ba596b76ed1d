"""What was done to the world, as it happened: rows of the history."""

from collections.abc import Callable

from reports.history import NemesisAction

__all__ = ["Diary"]


class Diary:
    """Numbers the actions and keeps them. `now`: seconds since the load began."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._actions: list[NemesisAction] = []

    @property
    def actions(self) -> tuple[NemesisAction, ...]:
        return tuple(self._actions)

    def note(self, action: str, target: str, detail: str = "") -> None:
        """Write down that this has just been done."""
        number = len(self._actions) + 1
        self._actions.append(NemesisAction(number=number, at=self._now(), action=action, target=target, detail=detail))
