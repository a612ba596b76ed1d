"""A farm in a thread of its own, used by plain calls from code that has no event loop."""

import socket
import subprocess
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from fake_clusters.errors import FarmError, FaultError, WaitError
from fake_clusters.keys import KeyStore
from fake_clusters.profile import Profile
from fake_clusters.spec import ClusterSpec
from fake_clusters.thread import FarmInThread, clusters_in_thread
from tests.fake_clusters.faults.farms import fault

NORTH = ClusterSpec(name="north")
CREATE = "share create s1 --size 1024 --request-id r1"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("keys"))


def ssh(farm: FarmInThread, keys: Path, command: str) -> subprocess.CompletedProcess[str]:
    (target,) = farm.targets()
    (public,) = KeyStore(keys).host_keys("north").public
    known = keys / "known_hosts"
    known.write_text(f"[{target.host}]:{target.port} {public}\n")
    options = [f"UserKnownHostsFile={known}", "GlobalKnownHostsFile=none", "BatchMode=yes", "IdentitiesOnly=yes"]
    words = [word for option in options for word in ("-o", option)]
    address = ["-i", str(target.client_key), "-p", str(target.port), f"{target.username}@{target.host}"]
    return subprocess.run(
        ["ssh", "-F", "none", *words, *address, command], capture_output=True, text=True, timeout=20, check=False
    )


def test_plain_code_runs_commands_and_reads_what_they_did(keys: Path) -> None:
    with clusters_in_thread([NORTH], keys=keys) as farm:
        north = farm.cluster("north")
        assert ssh(farm, keys, CREATE).returncode == 0
        assert north.wait_for_count("effects", 1, timeout=5) == 1
        assert [share.name for share in north.shares()] == ["s1"]
        assert [effect.name for effect in north.effects()] == ["s1"]
        assert north.counters()["commands.create"] == 1
        north.reset()
        assert north.shares() == ()


def test_faults_come_and_go_by_plain_calls(keys: Path) -> None:
    with clusters_in_thread([NORTH], [fault("error_exit", code="quota")], keys=keys, seed=3) as farm:
        north = farm.cluster("north")
        assert ssh(farm, keys, "ping").returncode == 13
        assert [row.fault for row in north.injections()] == ["error_exit"]
        north.remove_fault("error_exit")
        north.add_fault(fault("refused"))
        assert "Connection refused" in ssh(farm, keys, "ping").stderr
        north.clear_faults()
        north.set_profile(Profile(name="other"))
        assert ssh(farm, keys, "ping").returncode == 0
        north.crash(down_for=60.0)
        assert "Connection refused" in ssh(farm, keys, "ping").stderr


def test_what_is_raised_in_the_thread_is_raised_in_the_caller(keys: Path) -> None:
    with clusters_in_thread([NORTH], keys=keys) as farm:
        with pytest.raises(FarmError, match="no cluster 'south'"):
            farm.cluster("south")
        with pytest.raises(FaultError, match="no fault 'hang'"):
            farm.cluster("north").remove_fault("hang")
        with pytest.raises(WaitError, match="effects is 0"):
            farm.cluster("north").wait_for_count("effects", 1, timeout=0.01)


def test_a_farm_that_cannot_start_is_an_error_of_the_with_statement(keys: Path) -> None:
    with pytest.raises(FarmError, match="two clusters"), clusters_in_thread([NORTH, NORTH], keys=keys):
        raise AssertionError("it must not start")


def test_an_error_in_the_body_comes_out_as_it_is_and_nothing_is_left(keys: Path) -> None:
    before = threading.active_count()
    seen = []

    def fail() -> None:
        with clusters_in_thread([NORTH], keys=keys) as farm:
            seen.extend(farm.targets())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    (target,) = seen
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((target.host, target.port))


def test_an_interrupt_while_the_farm_starts_still_ends_it(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = threading.active_count()

    def interrupted(self: Future[object], timeout: float | None = None) -> object:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(Future, "result", interrupted)
    with pytest.raises(KeyboardInterrupt), clusters_in_thread([NORTH], keys=keys):
        raise AssertionError("it must not start")
    assert threading.active_count() == before
