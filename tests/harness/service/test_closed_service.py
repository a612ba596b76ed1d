"""A service of which nobody sees the inside is judged from outside, and not accused of what it did not do."""

import pytest

from harness.journal import journal_of
from harness.run.result import RunResult
from harness.run.run import Run
from harness.scenario.parse import read_scenario, shipped_scenarios
from harness.scenario.scenario import Scenario
from harness.service.service import Service, ServiceApi
from harness.virtual.loop import run_virtually
from harness.virtual.network import Network
from harness.world_name import WorldName
from harness.worlds import open_world
from reports.history import OpKind, OpResult, Reading
from reports.measures import Measures
from reports.sentences import conclusion
from reports.verdicts import Verdict
from tests.harness.live.scenes import faulty
from tests.harness.virtual.dumped import stormy


class ClosedService:
    """The same service, of which nobody sees the inside."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.api: ServiceApi = service.api
        self.url = service.url
        self.parts = service.parts

    async def at_rest(self) -> bool:
        return await self._service.at_rest()

    async def read_records(self, round: int) -> Reading:
        return await self._service.read_records(round)


def _run_closed(scenario: Scenario) -> RunResult:
    async def execute() -> RunResult:
        async with open_world(scenario, WorldName.VIRTUAL) as world:
            world.service = ClosedService(world.service)
            return await Run(world).execute()

    return run_virtually(execute(), Network())


@pytest.mark.parametrize("name", ["faulty", "stormy", "demo", "late_effects", "processor_crash"])
def test_a_closed_service_that_keeps_its_promises_is_never_accused(name: str) -> None:
    own = {"faulty": faulty, "stormy": stormy}
    scenario = own[name]() if name in own else read_scenario(shipped_scenarios()[name])
    result = _run_closed(scenario)
    assert not result.history.has_changes
    assert not result.history.changes
    journal = journal_of(scenario, result, seed=scenario.seed, world="virtual", command="")
    assert [(row.invariant, row.anomalies) for row in journal.findings if row.anomalies] == []
    assert journal.verdict is Verdict.VALID
    first_line = conclusion(journal)
    assert "Judged in a weaker form: no change log, no command log (see V2)." in first_line
    v2 = next(row.summary for row in journal.findings if row.invariant == "V2")
    assert "no change log: S10, S11, " in v2
    assert "; no command log: S8, " in v2
    shares = Measures(result.history).lines
    assert f"of {len(shares)} shares, " in first_line
    accepted = {op.share for op in result.history.ops if op.kind is OpKind.CREATE and op.result is OpResult.OK}
    assert {line.share for line in shares} == accepted
