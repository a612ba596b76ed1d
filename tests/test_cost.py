"""What tests cost is told, with that of the processes that they start."""

import subprocess
import sys
from typing import Any

import pytest

from tests.cost import Costs

_BUSY = "import time\nwhile time.process_time() < 0.1: pass"


class _Terminal:
    """Keeps what is written to it."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def section(self, title: str) -> None:
        self.lines.append(title)

    def write_line(self, line: str) -> None:
        self.lines.append(line)


def _told(**spent: float) -> list[str]:
    costs, terminal = Costs(), _Terminal()
    for name, seconds in spent.items():
        properties: list[tuple[str, object]] = [("CPU s", seconds)]
        report: Any = pytest.TestReport(name, ("", 0, ""), {}, "passed", None, "teardown", user_properties=properties)
        costs.pytest_runtest_logreport(report)
    costs.pytest_terminal_summary(terminal)
    return terminal.lines


def test_the_dearest_of_many_are_named_with_the_sum_of_all() -> None:
    total, *dearest = _told(**{f"test_{number}": float(number) for number in range(20)})
    assert total == "190 CPU s in 20 tests; the dearest"
    assert [line.split() for line in dearest] == [[f"{number}.0", "s", f"test_{number}"] for number in range(19, 4, -1)]


def test_where_all_cost_less_than_a_minute_nothing_is_said() -> None:
    assert _told(test_one=30.0, test_two=29.9) == []


def test_a_cost_has_that_of_processes_in_it(request: pytest.FixtureRequest) -> None:
    item: Any = request.node
    costs = Costs()
    protocol, report = costs.pytest_runtest_protocol(item), costs.pytest_runtest_makereport(item, _teardown())
    kept = list(item.user_properties)
    next(protocol)
    subprocess.run([sys.executable, "-S", "-c", _BUSY], check=True)
    next(report)
    ((_, spent),) = [row for row in item.user_properties if row not in kept]
    item.user_properties[:] = kept
    assert spent > 0.05  # the system counts in hundredths


def _teardown() -> pytest.CallInfo[None]:
    return pytest.CallInfo.from_call(lambda: None, "teardown")
