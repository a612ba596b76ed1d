"""Toxics strike a Python service in virtual time as they do any other: between it and its clients, and its clusters."""

from statistics import median

import pytest

from harness.scenario.parse import parse_scenario
from harness.virtual.runner import VirtualRunner
from reports.history import History, OpKind
from tests.examples.portal_asyncio import file_of

SLOW = '\n[[toxics]]\nkind = "latency"\nlatency = "300ms"\nlink = "{}"\n'


def _played(link: str | None) -> History:
    file = file_of("calm")
    text = file.read_text(encoding="utf-8") + ("" if link is None else SLOW.format(link))
    scenario = parse_scenario(text, "calm.toml", beside=file.parent)
    result = VirtualRunner(sampled=False).run_now(scenario, seed=1)
    assert not result.skipped
    return result.history


def _accepts(history: History) -> list[float]:
    return [(op.completed_at or 0.0) - op.invoked_at for op in history.ops if op.kind is OpKind.CREATE]


@pytest.fixture(scope="module")
def calm() -> History:
    return _played(None)


def test_what_its_clients_ask_takes_as_long_as_the_toxic_says(calm: History) -> None:
    slow = _played("client-gateway")
    assert max(_accepts(calm)) < 0.3 <= median(_accepts(slow))  # what is lifted with the load holds nobody up


def test_its_commands_reach_a_cluster_later_and_its_clients_wait_no_longer(calm: History) -> None:
    slow = _played("processor-north")
    first = min(effect.at for effect in calm.effects if effect.cluster == "north")
    assert min(effect.at for effect in slow.effects if effect.cluster == "north") >= first + 0.3
    assert max(_accepts(slow)) < 0.3
