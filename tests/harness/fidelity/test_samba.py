"""A fake that stands for Samba's usershares answers as they do, but for what is declared."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from connector.dialects import load_dialect
from connector.operations import Capability
from fake_clusters.spec import ClusterSpec
from harness.contract.fakes import served_target
from harness.contract.target import ContractParameters, ContractTarget, TargetLimits
from harness.fidelity.declared import IntendedDifference
from harness.real.cluster import NAME_BYTES, open_real_cluster
from reports.fidelity.wording import headline, notes
from reports.verdicts import Verdict
from tests.harness.fidelity.pairs import compare
from tests.real_parts import need

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

DECLARED = (
    IntendedDifference(share="unicode", reason="the connector takes ASCII names alone"),
    IntendedDifference(share="too-long", reason="a fake takes names of up to 255 bytes"),
    IntendedDifference(share="a-in-capitals", reason="Samba does not tell upper from lower case"),
)
CLAIMS = frozenset(Capability) - {Capability.SNAPSHOTS}


@pytest.fixture(autouse=True)
def _parts() -> None:
    for program in ("sshd", "smbd", "net", "pdbedit"):
        need(program)
    if os.geteuid() != 0:
        pytest.skip("Samba takes usershares only from a folder of root")


@asynccontextmanager
async def _samba_and_its_fake() -> AsyncIterator[tuple[ContractTarget, ContractTarget]]:
    with TemporaryDirectory(prefix="spoolproof-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        spec = ClusterSpec(name="samba", capabilities=CLAIMS)
        async with (
            open_real_cluster(folder, forced=True) as cluster,
            served_target(spec, title="its fake", keys=folder / "keys") as fake,
        ):
            one, other = cluster.samba.users
            real = ContractTarget(
                title="Samba",
                target=cluster.target,
                dialect=load_dialect("native"),
                limits=TargetLimits(name_bytes=NAME_BYTES, sessions=10),
                parameters=ContractParameters(client=one, other_client=other, settle=10.0),
            )
            yield real, fake


async def test_samba_and_its_fake_do_not_differ_in_a_few_sequences(tmp_path: Path) -> None:
    async with _samba_and_its_fake() as targets:
        report = await compare(targets, tmp_path, sequences=3, declared=DECLARED)
    assert report.differences == (), headline(report)
    assert report.played == 3
    assert [census.left for census in report.shares] == [(), ()]


@pytest.mark.soak
async def test_samba_and_its_fake_do_not_differ_in_two_hundred_sequences(tmp_path: Path) -> None:
    async with _samba_and_its_fake() as targets:
        report = await compare(targets, tmp_path, sequences=200, pool=2_000, declared=DECLARED)
    assert report.differences == (), headline(report)
    assert report.verdict is Verdict.VALID, list(notes(report))
