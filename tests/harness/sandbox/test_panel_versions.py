"""What a browser fetches: the panels that changed since it looked, each as it is then."""

from harness.sandbox.panel_versions import PanelVersions
from harness.sandbox.pulse import Pulse


class _Panels:
    def __init__(self) -> None:
        self.texts = {"badge": "valid", "shares": "none"}
        self.pulse = Pulse()
        self.rendered = 0
        self.versions = PanelVersions(self._render, self.pulse)

    def _render(self) -> dict[str, str]:
        self.rendered += 1
        return dict(self.texts)

    def change(self, **texts: str) -> None:
        self.texts |= texts
        self.pulse.set()


def test_a_browser_gets_what_changed_and_each_panel_as_it_is_then() -> None:
    panels = _Panels()
    assert panels.versions.since("") == {"badge": "valid", "shares": "none"}
    seen = panels.versions.seen
    assert panels.versions.since(seen) == {}
    panels.change(shares="one")
    panels.change(shares="two")
    assert panels.versions.since(seen) == {"shares": "two"}
    assert panels.versions.since(panels.versions.seen) == {}
    panels.change(badge="invalid")
    assert panels.versions.since(seen) == {"shares": "two", "badge": "invalid"}


def test_they_are_rendered_once_for_all_browsers_and_only_after_something_happened() -> None:
    panels = _Panels()
    for _ in range(3):
        panels.versions.since("")
    assert panels.rendered == 1
    panels.change(shares="none")
    assert panels.versions.since(panels.versions.seen) == {}
    assert panels.rendered == 2


def test_a_browser_of_another_start_gets_all_of_them() -> None:
    first, second = _Panels(), _Panels()
    first.versions.now()
    second.versions.now()
    assert second.versions.since(first.versions.seen) == second.texts
    for odd in ("", "-1", "x", f"{second.versions.seen}0" + "9" * 5000):
        assert second.versions.since(odd) == second.texts
