"""LoadPlan: what all generators of a load have in common, and the part of the arrivals that each takes."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from connector.atomic_file import write_private
from harness.scenario.scenario import Scenario
from harness.service.foreign import open_sheet
from harness.service.reference_api import ReferenceApi
from harness.service.service import ServiceApi
from harness.workload.arrivals import Arrival, drawn

__all__ = ["LATEST", "LoadPlan", "api_of", "read_plan", "write_plan"]

LATEST = 0.05
"""Seconds by which the latest of a hundred arrivals may be sent too late, if a scenario's figures are to be believed:
a quarter of the shortest bound that the shipped gates set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """latest: seconds, the most that p99 of the generators' lateness may be. abort: end where a gate is lost."""

    scenario: Scenario
    seed: int
    latest: float = LATEST
    abort: bool = False

    def part(self, number: int, of: int) -> Iterator[Arrival]:
        """Every `of`-th arrival of the load, from the `number`-th on (0, 1, ...)."""
        scenario = self.scenario
        names = [cluster.name for cluster in scenario.clusters]
        return drawn(scenario.workload, seed=self.seed, phases=scenario.phases, clusters=names, part=(number, of))

    @property
    def digest(self) -> str:
        """The same where the arrivals are."""
        scenario = self.scenario
        asked = (
            scenario.workload,
            scenario.phases,
            scenario.client,
            [row.name for row in scenario.clusters],
            self.seed,
        )
        return sha256(repr(asked).encode()).hexdigest()[:16]


def api_of(scenario: Scenario) -> ServiceApi:
    """How the scenario's service is spoken to."""
    service = scenario.service
    return ReferenceApi() if service is None else open_sheet(service.sheet, beside=service.beside).api


def write_plan(path: Path, plan: LoadPlan) -> None:
    """For generators on this machine. Raises `OSError`."""
    write_private(path, pickle.dumps(plan))


def read_plan(path: Path) -> LoadPlan:
    """As `write_plan` wrote it: nobody else may have, since reading it runs what it says."""
    plan = pickle.loads(path.read_bytes())  # noqa: S301 - our own file, in a folder that is this user's alone
    assert isinstance(plan, LoadPlan), "a plan was written"
    return plan
