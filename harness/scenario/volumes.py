"""Advice on replies of more bytes than anybody reads."""

from collections.abc import Iterator

from connector.protocol import REPLY_LIMIT
from fake_clusters.faults.oversized import Oversized
from harness.scenario.remark import Remark
from harness.scenario.scenario import Scenario

__all__ = ["volume_remarks"]


def volume_remarks(scenario: Scenario) -> Iterator[Remark]:
    for index, rule in enumerate(scenario.faults):
        if isinstance(rule.parameters, Oversized) and rule.parameters.extra > REPLY_LIMIT:
            yield Remark(
                key=("faults", index, "extra"),
                reason=f"{rule.parameters.extra} bytes, but the client gives a reply up after {REPLY_LIMIT}: more shows"
                " nothing new, and takes a live run's time",
            )
