"""Connectors of somebody's own as the clusters of a run: whose shares are there stay, and what a run made goes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from connector.operations import Create, Stamp
from connector.outcomes import Done
from connector.ssh import SshConnector
from connector.targets import Target, write_targets
from connector.values import replace
from harness.contract.fakes import fake_target
from harness.contract.own_clusters import check_named_clusters, open_own_clusters
from harness.contract.sweep import sweep
from harness.contract.target import ContractTarget
from harness.contract.target_named import NamedTarget
from harness.errors import InputProblems, ServiceUnavailable
from harness.live.clusters import StandingClusters
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from tests.harness.contract.shares import names_on, shares_of_others

ONE = """\
[workload]
rate = 2
duration = "3s"

[clusters.north]
"""
FIRST = "share-0001"
"""What the first create of a load calls its share."""


def _scenario(text: str = ONE) -> Scenario:
    return parse_scenario(f'title = "t"\n{text}', "x.toml")


class Place:
    """An own connector, the folder of ledgers, and what was said to be left."""

    def __init__(self, target: ContractTarget, folder: Path) -> None:
        self.target, self.folder = target, folder
        self.ledger = folder / "ledger"
        self.left: dict[str, tuple[str, ...]] = {}
        self.file = folder / "clusters.json"
        write_targets(self.file, [target.target])

    @asynccontextmanager
    async def opened(self, scenario: Scenario) -> AsyncIterator[StandingClusters]:
        named = {"north": NamedTarget(name=str(self.file))}
        opening = open_own_clusters(
            scenario,
            self.folder,
            1,
            named=named,
            ledger=self.ledger,
            on_left=lambda name, left: self.left.update({name: tuple(left)}),
        )
        async with opening as standing:
            yield standing

    async def makes(self, target: Target, *names: str) -> None:
        async with SshConnector(target, self.target.dialect, connections=1) as connector:
            for name in names:
                create = Create(name=name, size=1 << 30, stamp=Stamp(request_id=f"r-{name}"))
                assert isinstance(await connector.perform(create, self.target.deadlines), Done)

    def written(self) -> list[str]:
        return [path.read_text() for path in self.ledger.glob("*.ledger")]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with fake_target(keys=tmp_path / "own_keys") as target:
        yield Place(target, tmp_path)


async def test_what_a_run_made_is_removed_and_what_was_there_stays(place: Place) -> None:
    async with shares_of_others(place.target, "theirs"):
        async with place.opened(_scenario()) as standing:
            (written,) = place.written()
            assert f'"{FIRST}"' in written, "on disk before anything is created"
            (target,) = standing.targets
            await place.makes(target, FIRST)
            (reading,) = await standing.clusters.read(1, 0.0, left_open={})
            assert sorted(share.name for share in reading.shares) == [FIRST, "theirs"]
            (note,) = standing.clusters.notes()
            assert (note.name, note.profile) == ("north", "a connector of its own: fake")
        assert await names_on(place.target) == ["theirs"]
    assert (place.written(), place.left) == ([], {})


async def test_a_run_that_would_use_the_name_of_a_share_that_is_there_does_not_begin(place: Place) -> None:
    async with shares_of_others(place.target, FIRST):
        with pytest.raises(InputProblems, match=f"north holds shares with names that the run would use: '{FIRST}'; "):
            async with place.opened(_scenario()):
                raise AssertionError("it begins")
        assert await names_on(place.target) == [FIRST]
    assert place.written() == []


async def test_what_is_left_on_a_connector_that_has_gone_is_said_and_swept_later(tmp_path: Path) -> None:
    async with fake_target(keys=tmp_path / "own_keys") as gone:
        place = Place(gone, tmp_path)
        opened = place.opened(_scenario())
        standing = await opened.__aenter__()
        await place.makes(standing.targets[0], FIRST)
    await opened.__aexit__(None, None, None)
    assert FIRST in place.left["north"]
    (written,) = place.written()
    async with fake_target(keys=tmp_path / "own_keys") as back:
        (file,) = place.ledger.glob("*.ledger")
        file.write_text(written.replace(str(gone.target.port), str(back.target.port)))
        async with shares_of_others(back, FIRST, "theirs"):
            assert (await sweep(back, place.ledger, remove=True)).found == (FIRST,)
            assert await names_on(back) == ["theirs"]


async def test_every_part_finds_it_at_another_address_and_in_another_folder(place: Place) -> None:
    own = place.target.target
    key = await asyncssh.get_server_host_key(own.host, own.port, config=[])
    assert key is not None
    known = place.folder / "known"
    known.write_text(f"[{own.host}]:{own.port} {key.export_public_key().decode()}")
    write_targets(place.file, [replace(own, host_key=None, known_hosts=str(known))])
    async with place.opened(_scenario()) as standing:
        (target,) = standing.targets
        assert (target.name, target.host_key, target.known_hosts) == ("north", key.get_fingerprint(), None)
        assert Path(target.client_key or "").is_absolute()
        assert standing.known_hosts == known.read_text()
    known.write_text("")
    with pytest.raises(ServiceUnavailable, match="cannot be tested"):
        async with place.opened(_scenario()):
            raise AssertionError("it begins")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("north", "west"), "x has no cluster 'west'; there are: north, south"),
        (("north",), "x has clusters without one: south"),
    ],
)
def test_each_cluster_needs_a_connector_and_no_other_has_one(given: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputProblems, match=message):
        check_named_clusters(_scenario(f"{ONE}[clusters.south]\n"), dict.fromkeys(given, NamedTarget(name="fake")))
