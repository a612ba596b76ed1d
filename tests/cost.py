"""What each test costs in CPU time, and the dearest ones named at the end: where the time of the whole suite goes.

A cost is that of the test's process and of all processes that ended with the test and were waited for. Processes that
others had to kill are not in it. What a fixture of a module or of the session starts is the cost of its first test.
"""

import os
from collections.abc import Generator
from typing import Any

import pytest

__all__ = ["Costs"]

_BEGAN = pytest.StashKey[float]()
_COST = "CPU s"
_NAMED, _WORTH = 15, 60.0
"""So many of the dearest, where all together cost at least so many seconds."""
_WIDTH = 160


class Costs:
    """The plugin. With pytest-xdist each worker measures, and the process that leads them gathers."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        item.stash[_BEGAN] = _spent()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        if call.when == "teardown":
            item.user_properties.append((_COST, round(_spent() - item.stash[_BEGAN], 2)))
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties if report.when == "teardown" else ():
            if name == _COST:
                self._spent[report.nodeid] = float(str(value))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        total = sum(self._spent.values())
        if total < _WORTH:
            return
        dearest = sorted(self._spent.items(), key=lambda row: row[1], reverse=True)[:_NAMED]
        terminalreporter.section(f"{total:.0f} CPU s in {len(self._spent)} tests; the dearest")
        for name, spent in dearest:
            terminalreporter.write_line(f"{spent:7.1f} s  {name[:_WIDTH]}")


def _spent() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
