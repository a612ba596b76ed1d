"""A session counts as left open where it does not end, and not where it comes and goes."""

from pathlib import Path

import asyncssh

from fake_clusters.farm import Farm
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterSpec
from harness.journal import journal_of
from harness.run.clusters import Clusters
from harness.scenario.parse import read_scenario
from harness.virtual.runner import VirtualRunner
from reports.verdicts import Verdict

_IN_TURN = Path(__file__).with_name("sessions_in_turn.toml")


def test_sweepers_that_look_at_the_clusters_in_turn_leave_no_session_open() -> None:
    scenario = read_scenario(_IN_TURN)
    played = VirtualRunner().run_now(scenario, seed=scenario.seed)
    journal = journal_of(scenario, played, seed=scenario.seed, world="virtual", command="")
    assert journal.verdict is Verdict.VALID, [row.summary for row in journal.findings if row.anomalies]


async def test_a_session_that_does_not_end_is_told_of_its_cluster_alone(tmp_path: Path) -> None:
    specs = [ClusterSpec(name="north"), ClusterSpec(name="south")]
    async with Farm(specs, keys=tmp_path, options=ServerOptions(anyone=True)) as farm:
        clusters = Clusters(farm, ())
        assert await clusters.left_open(seconds=1.0) == {"north": 0, "south": 0}
        target = farm.clusters["south"].target
        async with (
            asyncssh.connect(
                target.host, target.port, username=target.username, known_hosts=None, config=None, client_keys=None
            ) as connection,
            connection.create_process(),
        ):
            left = await clusters.left_open(seconds=0.05)
            assert left == {"north": 0, "south": 1}
            assert [row.sessions for row in await clusters.read(2, 0.0, left_open=left)] == [0, 1]
