"""What holds for the whole suite."""

import gc
import os
from collections.abc import Generator
from contextlib import suppress

import pytest
from hypothesis import settings

from tests.cost import Costs
from tests.surroundings import set_surroundings

_NICE = 5


def pytest_configure(config: pytest.Config) -> None:
    """Before anything is collected, and in each worker of pytest-xdist."""
    set_surroundings()
    settings.register_profile("spoolproof", deadline=None)  # how long an example takes is the machine's affair
    settings.load_profile("spoolproof")
    config.pluginmanager.register(Costs(), "costs")
    with suppress(ImportError):  # as it is imported it looks at the whole stack, which is deep within the collection
        import MLRsearch  # noqa: F401 - it is wanted imported


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected lives to the end: nobody looks through it for garbage, now or in a test."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole runs on real sockets take turns on one worker: two at once would starve each other of the machine.

    They come first: together they take longer than any other group.
    """
    for item in items:
        if _is_slow(item):
            assert not item.get_closest_marker("xdist_group"), f"{item.nodeid}: pytest-xdist would join its two groups"
            item.add_marker(pytest.mark.xdist_group("slow"))
    items.sort(key=lambda item: not _is_slow(item))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Other workers leave them the machine. A worker that has run the last of them is as the others from then on."""
    if "PYTEST_XDIST_WORKER" in os.environ and not _is_slow(item):
        os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), _NICE))


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None
