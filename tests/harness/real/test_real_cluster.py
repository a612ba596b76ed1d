"""OpenSSH and Samba as a real connector: held to the contract, and its shares used as their users would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncssh
import pytest

from connector.dialects import load_dialect
from connector.operations import Access, Allow, Create, Delete, Deny, Mutation, Stamp
from connector.outcomes import Done
from connector.ssh import SshConnector
from harness.contract.target import AfterTimeout, ContractParameters, ContractTarget, TargetLimits
from harness.real.cluster import NAME_BYTES, RealCluster, open_real_cluster
from reports.contract.results import ClauseState
from reports.contract.wording import headline
from reports.verdicts import Verdict
from tests.harness.contract.fakes import clause, report_on
from tests.harness.real.smb import smbclient
from tests.real_parts import need_real_connector

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

SAMPLE = (
    "create.makes-the-share",
    "access.allow-makes-a-rule",
    "lost-reply.of-a-create",
    "shell.semicolon",
)


@pytest.fixture(autouse=True)
def _parts() -> None:
    need_real_connector()


@asynccontextmanager
async def _real(*, forced: bool) -> AsyncIterator[tuple[RealCluster, ContractTarget]]:
    with TemporaryDirectory(prefix="spoolproof-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        async with open_real_cluster(folder, forced=forced) as cluster:
            users = list(cluster.samba.users)
            yield (
                cluster,
                ContractTarget(
                    title="Samba",
                    target=cluster.target,
                    dialect=load_dialect("native"),
                    after_timeout=AfterTimeout.FINISHES,
                    limits=TargetLimits(name_bytes=NAME_BYTES, sessions=10),
                    parameters=ContractParameters(client=users[0], other_client=users[1], settle=10.0),
                ),
            )


async def test_the_accounts_own_start_up_file_says_nothing_in_a_reply() -> None:
    async with _real(forced=False) as (cluster, _):
        target = cluster.target
        connecting = asyncssh.connect(
            target.host, target.port, username=target.username, client_keys=[target.client_key], known_hosts=None
        )
        async with connecting as connection:
            said = await connection.run("echo $HOME")
        assert (said.stderr, str(said.stdout).strip()) == ("", str(Path(str(target.client_key)).parent / "ssh"))


@pytest.mark.parametrize("forced", [True, False], ids=["forced command", "plain exec"])
async def test_a_real_connector_keeps_a_sample_of_the_contract(forced: bool, tmp_path: Path) -> None:
    async with _real(forced=forced) as (_, target):
        report = await report_on(target, tmp_path, [clause(id) for id in SAMPLE])
    assert report.verdict is Verdict.VALID, headline(report)
    assert len(report.in_state(ClauseState.PASSED)) == len(SAMPLE)
    assert report.shares.left == ()


@pytest.mark.soak
@pytest.mark.parametrize("forced", [True, False], ids=["forced command", "plain exec"])
async def test_a_real_connector_keeps_the_whole_contract(forced: bool, tmp_path: Path) -> None:
    async with _real(forced=forced) as (_, target):
        report = await report_on(target, tmp_path)
    assert report.verdict is Verdict.VALID, headline(report)
    assert report.shares.left == ()


async def test_whoever_is_allowed_uses_a_share_and_nobody_else_does(tmp_path: Path) -> None:
    need_real_connector(served=True)
    (tmp_path / "sent").write_text("hello")
    sent, got = tmp_path / "sent", tmp_path / "got"
    async with _real(forced=True) as (cluster, target):
        one, other = cluster.samba.users.values()
        async with SshConnector(target.target, target.dialect, connections=1) as connector:

            async def do(request: Mutation) -> None:
                outcome = await connector.perform(request, target.deadlines)
                assert isinstance(outcome, Done), outcome

            await do(Create(name="Demo", size=1 << 30, stamp=Stamp(request_id="r1")))
            assert "ACCESS_DENIED" in (await smbclient(cluster.samba, one, "demo", "ls"))[1], "no rule, no access"

            await do(Allow(name="Demo", client=one.name, access=Access.READ_WRITE, stamp=Stamp(request_id="r2")))
            put = await smbclient(cluster.samba, one, "demo", f"put {sent} file; get file {got}")
            assert put[0] == 0, put[1]
            assert got.read_text() == "hello"
            assert "ACCESS_DENIED" in (await smbclient(cluster.samba, other, "demo", "ls"))[1]

            await do(Allow(name="Demo", client=other.name, access=Access.READ_ONLY, stamp=Stamp(request_id="r3")))
            assert (await smbclient(cluster.samba, other, "demo", f"get file {got}"))[0] == 0
            assert "ACCESS_DENIED" in (await smbclient(cluster.samba, other, "demo", f"put {sent} another"))[1]

            await do(Deny(name="Demo", client=one.name, stamp=Stamp(request_id="r4")))
            assert "ACCESS_DENIED" in (await smbclient(cluster.samba, one, "demo", "ls"))[1]

            await do(Delete(name="Demo", stamp=Stamp(request_id="r5")))
            assert "BAD_NETWORK_NAME" in (await smbclient(cluster.samba, other, "demo", "ls"))[1]


async def test_nothing_runs_on_once_it_is_over() -> None:
    async with _real(forced=True) as (cluster, _):
        ports = (cluster.target.port, *([cluster.samba.port] if cluster.samba.served else []))
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
