"""Many clusters in one process: how they start, what can be done to them, and that nothing is left."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from connector.clock import steady_clock
from connector.operations import Ping
from connector.outcomes import Done
from connector.protocol import Deadlines
from connector.ssh import SshConnector
from connector.values import replace
from fake_clusters.cluster import FakeCluster
from fake_clusters.distributions.constant import Constant
from fake_clusters.errors import FakeClusterError, FarmError, FaultError, PortError, WaitError
from fake_clusters.farm import Farm
from fake_clusters.order import Order, OrderKind
from fake_clusters.profile import LatencyPhase, LatencyPhaseKind, Profile
from fake_clusters.server.dialects import dialect_named
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import Algorithms, ClusterLimits, ClusterSpec
from tests.fake_clusters.faults.farms import fault

NORTH, SOUTH = ClusterSpec(name="north"), ClusterSpec(name="south", dialect="filer")
CREATE = "share create s1 --size 1024 --request-id r1"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def farm(keys: Path) -> AsyncIterator[Farm]:
    async with Farm([NORTH, SOUTH], keys=keys) as farm:
        yield farm


async def run(cluster: FakeCluster, command: str) -> int | None:
    """A command over SSH, as the cluster's own target says; its exit status."""
    target = cluster.target
    key = await asyncssh.get_server_host_key(target.host, target.port)
    assert key is not None
    assert key.get_fingerprint() == target.host_key
    async with asyncssh.connect(
        target.host,
        target.port,
        username=target.username,
        password=target.password,
        client_keys=[target.client_key] if target.client_key else None,
        known_hosts=None,
        config=None,
    ) as connection:
        status: int | None = (await connection.run(command)).exit_status
        return status


async def refuses(cluster: FakeCluster) -> bool:
    try:
        _, writer = await asyncio.open_connection(cluster.host, cluster.port)
    except ConnectionRefusedError:
        return True
    writer.transport.abort()
    return False


@pytest.mark.parametrize("algorithms", Algorithms)
async def test_a_connector_trusts_a_cluster_of_any_set_and_logs_in(tmp_path: Path, algorithms: Algorithms) -> None:
    async with Farm([ClusterSpec(name="north", algorithms=algorithms)], keys=tmp_path) as farm:
        (target,) = farm.targets()
        async with SshConnector(target, dialect_named(target.dialect)) as connector:
            assert isinstance(await connector.perform(Ping(), Deadlines()), Done)


async def test_each_cluster_has_its_own_port_host_key_and_dialect(farm: Farm) -> None:
    north, south = farm.targets()
    assert (north.name, north.dialect, south.name, south.dialect) == ("north", "native", "south", "filer")
    assert north.port != south.port
    assert north.host_key != south.host_key
    assert await run(farm.cluster("north"), "ping") == 0


async def test_over_ssh_too_a_look_passes_waiting_changes_where_it_has_priority(keys: Path) -> None:
    steady = Profile(name="steady", default=Constant(0.01))
    spec = ClusterSpec(
        name="north", profile=steady, limits=ClusterLimits(commands=1), order=Order(kind=OrderKind.PRIORITY)
    )
    ended: list[str] = []
    async with Farm([spec], [fault("hang", first=1)], keys=keys) as farm, asyncio.TaskGroup() as group:
        north = farm.cluster("north")

        async def asked(command: str, *, queued: int) -> None:
            async def ask() -> None:
                await run(north, command)
                ended.append(command)

            group.create_task(ask())
            await north.wait_for_count("queued", queued, timeout=10)

        holding = group.create_task(run(north, CREATE))
        await north.wait_for_count("hung", 1, timeout=10)
        await asked("share delete s2 --request-id r2", queued=1)
        await asked("ping", queued=2)
        holding.cancel()
    assert ended == ["ping", "share delete s2 --request-id r2"]


async def test_a_cluster_keeps_its_host_key_from_one_farm_to_the_next(keys: Path) -> None:
    seen = []
    for specs in ([NORTH, SOUTH], [NORTH]):
        async with Farm(specs, keys=keys) as farm:
            seen.append(farm.cluster("north").fingerprints)
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("options", "username", "password", "has_key"),
    [
        (ServerOptions(users={"ops": "secret"}), "ops", "secret", False),
        (ServerOptions(anyone=True), "spool", None, False),
        (None, "spool", None, True),
    ],
)
async def test_the_targets_say_how_to_log_in(
    keys: Path, options: ServerOptions | None, username: str, password: str | None, has_key: bool
) -> None:
    async with Farm([NORTH], keys=keys, options=options) as farm:
        (target,) = farm.targets()
        assert (target.username, target.password, target.client_key is not None) == (username, password, has_key)
        assert await run(farm.cluster("north"), "ping") == 0


async def test_the_key_of_a_target_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with Farm([NORTH], keys=Path("keys")) as farm:
        assert farm.targets()[0].client_key == str(tmp_path / "keys" / "client_ed25519")


async def test_a_port_that_is_asked_for_is_had_or_refused_by_name(keys: Path) -> None:
    async with Farm([NORTH], keys=keys) as first:
        taken = first.targets()[0].port
        with pytest.raises(PortError, match=str(taken)):
            async with Farm([SOUTH, NORTH], keys=keys, ports={"north": taken}):
                raise AssertionError("it must not start")
    async with Farm([NORTH], keys=keys, ports={"north": taken}) as again:
        assert again.targets()[0].port == taken


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"specs": [NORTH, NORTH]}, "two clusters are called 'north'"),
        ({"specs": [NORTH], "ports": {"nroth": 22}}, "ports: no cluster 'nroth'; there are: north"),
        ({"specs": [NORTH], "rules": [fault("hang", clusters=["east"])]}, "fault 'hang': no cluster 'east'"),
        ({"specs": [NORTH], "rules": [fault("hang"), fault("hang")]}, "label: 'hang' is taken on north"),
        ({"specs": [ClusterSpec(name="x", dialect="klingon")]}, "cluster 'x': no dialect 'klingon'; accepted: native"),
    ],
)
async def test_a_farm_that_cannot_be_says_why(keys: Path, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(FakeClusterError, match=message):
        async with Farm(**arguments, keys=keys):
            raise AssertionError("it must not start")


async def test_an_unknown_cluster_names_the_known_ones(farm: Farm) -> None:
    with pytest.raises(FarmError, match="no cluster 'east'; there are: north, south"):
        farm.cluster("east")


async def test_what_a_client_did_can_be_read(farm: Farm) -> None:
    north = farm.cluster("north")
    assert await run(north, CREATE) == 0
    assert [(share.name, share.size) for share in north.shares()] == [("s1", 1024)]
    assert [(effect.number, effect.name) for effect in north.effects()] == [(1, "s1")]
    assert north.effects(after=1) == ()
    assert north.counters()["commands.create"] == 1
    assert farm.cluster("south").counters()["commands"] == 0
    assert north.gauges().items() <= north.counters().items()
    assert set(north.gauges()) == {"open_connections", "sessions", "in_service", "queued"}


async def test_waiting_ends_as_soon_as_the_count_is_reached(farm: Farm) -> None:
    north = farm.cluster("north")
    waiting = asyncio.ensure_future(north.wait_for_count("effects", 1, timeout=10))
    assert await run(north, CREATE) == 0
    assert await waiting == 1


async def test_waiting_in_vain_says_how_far_it_came(farm: Farm) -> None:
    with pytest.raises(WaitError, match=r"north: effects is 0 after 0\.05 s, not yet 3"):
        await farm.cluster("north").wait_for_count("effects", 3, timeout=0.05)


async def test_an_unknown_counter_names_the_known_ones(farm: Farm) -> None:
    with pytest.raises(FarmError, match=r"no counter 'effect'; there are: .*effects"):
        await farm.cluster("north").wait_for_count("effect", 1, timeout=1)


async def test_a_fault_can_come_and_go_while_the_cluster_runs(farm: Farm) -> None:
    north = farm.cluster("north")
    north.add_fault(fault("error_exit", code="busy"))
    assert await run(north, "ping") == 22
    assert [row.label for row in farm.injections()] == ["error_exit"]
    with pytest.raises(FaultError, match="taken"):
        north.add_fault(fault("error_exit"))
    north.remove_fault("error_exit")
    assert await run(north, "ping") == 0
    with pytest.raises(FaultError, match="no fault 'error_exit'"):
        north.remove_fault("error_exit")


async def test_a_profile_can_be_changed_while_the_cluster_runs(farm: Farm) -> None:
    north = farm.cluster("north")
    north.set_profile(Profile(name="sluggish", default=Constant(0.1)))
    began = north.now
    assert await run(north, "ping") == 0
    assert north.now - began >= 0.1
    assert north.profile.name == "sluggish"


async def test_an_outage_closes_the_port_from_its_very_beginning_to_its_end(keys: Path) -> None:
    async with Farm([NORTH], keys=keys) as farm:
        north = farm.cluster("north")
        begins, ends = north.now + 0.1, north.now + 0.3
        north.set_profile(
            Profile(latency_phases=(LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=begins, ends=ends),))
        )
        assert not await refuses(north)
        await north.wait_for(lambda cluster: not cluster.is_open, timeout=5)
        assert begins <= north.now
        assert await refuses(north)
        await north.wait_for(lambda cluster: cluster.is_open, timeout=5)
        assert ends <= north.now
        assert not await refuses(north)


async def test_a_port_opens_only_when_neither_fault_nor_outage_nor_crash_keeps_it_closed(farm: Farm) -> None:
    north = farm.cluster("north")
    north.add_fault(fault("refused"))
    north.set_profile(Profile(latency_phases=(LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=0.0, ends=1e9),)))
    assert await refuses(north)
    north.remove_fault("refused")
    assert await refuses(north)
    north.crash(down_for=0.1)
    north.set_profile(Profile())
    assert await refuses(north)
    await north.wait_for(lambda cluster: cluster.is_open, timeout=5)
    assert not await refuses(north)


async def test_a_crash_may_lose_the_shares(farm: Farm) -> None:
    north = farm.cluster("north")
    assert await run(north, CREATE) == 0
    north.crash(down_for=0.0, wipe=True)
    await north.wait_for(lambda cluster: cluster.is_open, timeout=5)
    assert north.shares() == ()
    assert [effect.kind for effect in north.effects()] == ["created", "wiped"]


async def test_a_reset_cluster_is_as_freshly_made_but_for_faults_and_profile(farm: Farm) -> None:
    north = farm.cluster("north")
    north.add_fault(fault("error_exit", code="busy", first=1, verbs=["ping"]))
    assert [await run(north, "ping"), await run(north, "ping"), await run(north, CREATE)] == [22, 0, 0]

    north.reset()

    assert (north.shares(), north.effects(), north.injections()) == ((), (), ())
    assert north.counters()["commands"] == 0
    assert [await run(north, "ping"), await run(north, "ping")] == [22, 0]


async def test_a_restored_cluster_is_as_the_farm_made_it(keys: Path) -> None:
    first = fault("error_exit", code="busy", first=1, verbs=["ping"])
    async with Farm([NORTH], [first], keys=keys) as farm:
        north = farm.cluster("north")
        assert [await run(north, "ping"), await run(north, CREATE)] == [22, 0]
        north.clear_faults()
        north.add_fault(fault("error_exit", code="busy", label="another"))
        outage = LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=0.0, ends=1e9)
        north.set_profile(Profile(latency_phases=(outage,)))
        north.crash(down_for=3600.0)

        north.restore()

        assert north.is_open
        assert (north.profile, north.faults) == (NORTH.profile, (first,))
        assert (north.shares(), north.effects(), north.injections()) == ((), (), ())
        assert [await run(north, "ping"), await run(north, "ping"), await run(north, CREATE)] == [22, 0, 0]


async def test_a_cluster_that_was_restored_and_crashes_again_stays_down_for_the_new_time(farm: Farm) -> None:
    north = farm.cluster("north")
    north.crash(down_for=0.05)
    north.restore()
    north.crash(down_for=3600.0)
    with pytest.raises(WaitError):
        await north.wait_for(lambda cluster: cluster.is_open, timeout=0.2)


async def test_before_the_beginning_no_fault_strikes_or_latency_phase_holds_and_windows_count_from_it(
    keys: Path,
) -> None:
    outage = Profile(latency_phases=(LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=0.0, ends=0.2),))
    rules = [fault("error_exit", code="busy", between=[0, "1h"])]
    async with Farm([replace(NORTH, profile=outage)], rules, keys=keys, begun=False) as farm:
        north = farm.cluster("north")
        assert await run(north, CREATE) == 0
        assert farm.injections() == ()

        farm.begin(after=0.1)

        assert north.now <= 0
        assert north.effects()[0].at < 0
        assert not await refuses(north)
        await north.wait_for(lambda cluster: not cluster.is_open, timeout=5)
        assert north.now >= 0.0
        await north.wait_for(lambda cluster: cluster.is_open, timeout=5)
        assert north.now >= 0.2
        assert await run(north, "ping") == 22
        assert farm.injections()[0].at >= 0.2


async def test_the_epoch_is_the_unix_time_of_time_zero(keys: Path) -> None:
    async with Farm([NORTH], keys=keys, begun=False) as farm:
        clock = steady_clock(asyncio.get_running_loop())
        farm.begin(after=5.0)
        assert farm.epoch == pytest.approx(clock() + 5.0, abs=0.5)
        assert farm.cluster("north").now == pytest.approx(clock() - farm.epoch, abs=0.5)


async def test_healing_ends_every_fault_and_every_latency_phase(keys: Path) -> None:
    outage = Profile(
        default=Constant(0.01), latency_phases=(LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=0.0, ends=1e9),)
    )
    async with Farm([replace(NORTH, profile=outage)], [fault("refused"), fault("hang")], keys=keys) as farm:
        north = farm.cluster("north")
        assert await refuses(north)

        farm.heal()

        assert await run(north, "ping") == 0
        assert north.faults == ()
        assert north.profile.default == Constant(0.01)


async def test_leaving_closes_ports_connections_and_timers_even_in_the_midst_of_work(keys: Path) -> None:
    rules = [fault("hang", verbs=["create"]), fault("refused", clusters=["south"], between=["1h", "2h"])]
    async with Farm([NORTH, SOUTH], rules, keys=keys) as farm:
        north = farm.cluster("north")
        hung = asyncio.ensure_future(run(north, CREATE))
        await north.wait_for_count("hung", 1, timeout=5)
        north.crash(down_for=60.0)
    await asyncio.wait({hung}, timeout=5)
    assert hung.done()
    assert hung.exception() is not None or hung.result() is None
    assert await refuses(north)
    assert await refuses(farm.cluster("south"))
    assert asyncio.all_tasks() == {asyncio.current_task()}
    pending = [timer for timer in asyncio.get_running_loop()._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]  # asyncio has no other way to ask
    assert pending == []


async def test_a_cancelled_farm_closes_its_ports_too(keys: Path) -> None:
    started: asyncio.Future[Farm] = asyncio.get_running_loop().create_future()

    async def live() -> None:
        async with Farm([NORTH], keys=keys) as farm:
            started.set_result(farm)
            await asyncio.Event().wait()

    living = asyncio.ensure_future(live())
    cluster = (await started).cluster("north")
    assert not await refuses(cluster)
    living.cancel()
    with pytest.raises(asyncio.CancelledError):
        await living
    assert await refuses(cluster)


async def test_a_fault_for_another_cluster_is_not_set_on_this_one(farm: Farm) -> None:
    with pytest.raises(FaultError, match="fault 'hang' is for south, not north"):
        farm.cluster("north").add_fault(fault("hang", clusters=["south"]))
