"""What holds for the whole suite."""

import pytest

from tests.surroundings import set_surroundings


def pytest_configure() -> None:
    """Before anything is collected, and in each worker of pytest-xdist."""
    set_surroundings()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole runs on real sockets take turns on one worker: two at once would starve each other of the machine."""
    for item in items:
        if item.get_closest_marker("slow") is not None:
            item.add_marker(pytest.mark.xdist_group("slow"))
