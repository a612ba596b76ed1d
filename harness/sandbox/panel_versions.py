"""Which panels have changed since a browser looked last: it asks when it is ready, and gets the newest of each."""

from collections.abc import Callable, Mapping

from harness.sandbox.pulse import Pulse
from harness.sandbox.start_ids import StartIds

__all__ = ["PanelVersions"]


class PanelVersions:
    """render: every panel by its name; called once for each beat of the pulse, and only when somebody asks."""

    def __init__(self, render: Callable[[], Mapping[str, str]], pulse: Pulse) -> None:
        self._render = render
        self._pulse = pulse
        self._ids = StartIds()
        self._beats = -1
        self._version = 0
        self._texts: dict[str, str] = {}
        self._changed: dict[str, int] = {}

    def now(self) -> Mapping[str, str]:
        """Every panel."""
        if self._beats != self._pulse.beats:
            self._beats = self._pulse.beats
            changed = {name: text for name, text in self._render().items() if self._texts.get(name) != text}
            self._version += bool(changed)
            self._texts |= changed
            self._changed |= dict.fromkeys(changed, self._version)
        return self._texts

    @property
    def seen(self) -> str:
        """What a browser hands back that has every panel as it was rendered last."""
        return self._ids.id_of(self._version)

    def since(self, seen: str) -> Mapping[str, str]:
        """The panels that changed since; all of them for a browser of another start."""
        texts, known = self.now(), self._ids.number_of(seen)
        return texts if known is None else {name: texts[name] for name, at in self._changed.items() if at > known}
