"""Fake clusters from plain code and from asyncio code: what they hold, what can be done to them, what is refused."""

import inspect
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import spoolproof

pytestmark = pytest.mark.xdist_group("clusters")  # what they share is made once

CREATE = "share create s1 --size 1024 --request-id r1"


@pytest.fixture(scope="module")
def running() -> Iterator[spoolproof.Farm]:
    with spoolproof.clusters({"north": {"profile": "instant"}, "south": {}}, seed=3) as farm:
        yield farm


@pytest.fixture
def farm(running: spoolproof.Farm) -> spoolproof.Farm:
    for cluster in running.clusters.values():
        cluster.clear_faults()
        cluster.reset()
    return running


@pytest.fixture
def north(farm: spoolproof.Farm) -> spoolproof.Cluster:
    return farm["north"]


def ssh(cluster: spoolproof.Cluster | spoolproof.AsyncCluster, command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(cluster.ssh(command), capture_output=True, text=True, timeout=60, check=False)


def test_plain_code_runs_commands_and_reads_what_they_did(north: spoolproof.Cluster) -> None:
    assert ssh(north, CREATE).returncode == 0
    assert north.wait_for_count("effects", 1) == 1
    assert north.shares() == (spoolproof.Share(name="s1", size=1024, request_id="r1"),)
    (effect,) = north.effects()
    assert (effect.number, effect.kind, effect.name, effect.late) == (1, "created", "s1", False)
    assert north.effects(after=1) == ()
    assert north.counters()["commands.create"] == 1
    north.reset()
    assert north.shares() == ()


def test_a_farm_says_where_its_clusters_are(farm: spoolproof.Farm) -> None:
    assert list(farm.clusters) == ["north", "south"]
    north, south = farm.clusters.values()
    assert (north.name, north.host, north.user) == ("north", "127.0.0.1", "spool")
    assert north.port != south.port
    assert all(key.startswith("SHA256:") for key in north.host_keys)
    assert farm.client_key is not None
    assert farm.client_key == north.client_key
    assert stat.S_IMODE(farm.client_key.stat().st_mode) == 0o600
    assert f"[127.0.0.1]:{south.port}" in farm.known_hosts.read_text()
    assert '"north"' in farm.addresses.read_text()


def test_access_rules_are_shown_by_client(north: spoolproof.Cluster) -> None:
    ssh(north, CREATE)
    allowed = ssh(north, "share allow s1 --client 10.0.0.1 --access rw --request-id r2")
    assert allowed.returncode == 0, allowed.stderr
    (share,) = north.shares()
    assert share.rules == {"10.0.0.1": "rw"}


def test_faults_are_switched_by_calls(north: spoolproof.Cluster) -> None:
    assert north.add_fault("error_exit", code="quota", label="no room") == "no room"
    assert ssh(north, "ping").returncode == 13
    (injection,) = north.injections()
    assert (injection.fault, injection.label, injection.verb) == ("error_exit", "no room", "ping")
    north.remove_fault("no room")
    assert ssh(north, "ping").returncode == 0
    north.add_fault("refused")
    assert "Connection refused" in ssh(north, "ping").stderr
    north.clear_faults()
    assert ssh(north, "ping").returncode == 0


def test_a_cluster_can_be_slow_and_can_crash(north: spoolproof.Cluster) -> None:
    north.set_profile(base="instant", default="50ms")
    assert ssh(north, "ping").returncode == 0
    north.crash(down_for=60.0)
    assert "Connection refused" in ssh(north, "ping").stderr
    north.reset()


def test_what_is_not_acceptable_is_one_clear_sentence(farm: spoolproof.Farm, north: spoolproof.Cluster) -> None:
    with pytest.raises(spoolproof.InputError, match=r"^no cluster 'east'; there are: north, south$"):
        farm["east"]
    with pytest.raises(
        spoolproof.InputError, match=r"^kind: unknown fault 'hangs' \(did you mean 'hang'\?\); accepted: "
    ):
        north.add_fault("hangs")
    with pytest.raises(spoolproof.InputError, match="no fault 'hang'"):
        north.remove_fault("hang")
    with pytest.raises(spoolproof.InputError, match="unknown counter 'effect'"):
        north.wait_for_count("effect")
    with pytest.raises(spoolproof.InputError, match=r"^base: no profile 'fast'; there are: instant"):
        north.set_profile(base="fast")
    with pytest.raises(spoolproof.WaitError, match=r"^north: effects is 0 after 0.01 s, not yet 1$"):
        north.wait_for_count("effects", timeout=0.01)


def test_labels_may_have_any_printable_character(north: spoolproof.Cluster) -> None:
    north.add_fault("hang", label="a/b? c#d")
    north.remove_fault("a/b? c#d")


@pytest.mark.parametrize(
    ("which", "options", "sentence"),
    [
        (
            {"north": {"limts": {}}},
            {},
            r"^spoolproof.clusters: clusters.north.limts: unknown key \(did you mean 'limits'",
        ),
        ([], {}, "^spoolproof.clusters: clusters: must have at least 1 entry$"),
        (
            "north",
            {"faults": [{"kind": "hang", "clusters": ["east"]}]},
            r"faults\[0\].clusters: unknown cluster 'east'",
        ),
        ("north", {"auth": "pasword"}, r"auth: must be 'key', 'password' or 'none' \(got 'pasword'\) \(did you mean"),
        ("gone.toml", {}, "gone.toml: cannot be read: no such file or directory$"),
    ],
    ids=["key", "none", "stranger", "auth", "file"],
)
def test_clusters_that_cannot_be_are_refused_as_the_block_is_entered(
    which: object, options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(spoolproof.InputError, match=sentence), spoolproof.clusters(which, **options):  # type: ignore[arg-type]  # wrong on purpose
        raise AssertionError("they must not start")


def test_a_file_is_read_as_the_command_reads_it_and_other_arguments_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_text('[clusters.east]\nshares = [{ name = "old", size = "1MiB" }]\n')
    with pytest.raises(spoolproof.InputError, match="seed: belongs into the clusters file"):
        spoolproof.clusters(file, seed=1)
    with spoolproof.clusters(file, keys=tmp_path / "keys") as farm:
        assert [share.name for share in farm["east"].shares()] == ["old"]
    assert (tmp_path / "keys" / "client_ed25519").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"some.toml", "keys"}


def test_after_the_block_nothing_is_left_and_calls_say_so() -> None:
    with suppress(ZeroDivisionError), spoolproof.clusters("west", auth="none") as farm:
        west = farm["west"]
        assert (farm.client_key, west.client_key, west.password) == (None, None, None)
        raise ZeroDivisionError
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((west.host, west.port))
    assert not farm.addresses.parent.exists()
    with pytest.raises(spoolproof.ClosedError, match="have ended"):
        west.shares()


def test_clusters_are_entered_once() -> None:
    clusters = spoolproof.clusters("east", auth="password", password="open sesame")
    with clusters as farm:
        assert farm["east"].password == "open sesame"
    with pytest.raises(spoolproof.ClosedError, match="call clusters"), clusters:
        raise AssertionError("they must not start again")


async def test_asyncio_code_does_the_same() -> None:
    async with spoolproof.clusters(["north", "south"], faults=[{"kind": "error_exit", "clusters": ["south"]}]) as farm:
        north, south = farm.clusters.values()
        assert ssh(north, CREATE).returncode == 0
        assert await north.wait_for_count("effects") == 1
        assert [share.name for share in await north.shares()] == ["s1"]
        assert [effect.kind for effect in await north.effects()] == ["created"]
        assert ssh(south, "ping").returncode != 0
        assert [row.cluster for row in await south.injections()] == ["south"]
        await south.clear_faults()
        await south.remove_fault(await south.add_fault("hang"))
        await south.set_profile(base="steady")
        await north.crash(down_for=0.01)
        await north.reset()
        assert (await north.counters())["effects"] == 0
        with pytest.raises(spoolproof.InputError, match="no cluster 'east'"):
            farm["east"]
    with pytest.raises(spoolproof.ClosedError):
        await north.shares()


def test_both_kinds_of_cluster_have_the_same_methods() -> None:
    def methods(kind: type) -> dict[str, list[str]]:
        public = {name: value for name, value in vars(kind).items() if not name.startswith("_")}
        return {name: list(inspect.signature(value).parameters) for name, value in public.items()}

    assert methods(spoolproof.AsyncCluster) == methods(spoolproof.Cluster)
