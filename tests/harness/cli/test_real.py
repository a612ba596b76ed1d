"""`spoolproof real up` says how the connector is reached, and leaves nothing behind, however it ends."""

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from connector.operations import Create, Stamp
from connector.outcomes import Done
from connector.ssh import SshConnector
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.contract.target import ContractTarget
from harness.contract.target_file import read_target
from tests.harness.cli.serving import serving
from tests.real_parts import need_real_connector

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PATIENCE = 60.0
"""Seconds for processes to end on a machine that does much else."""


@pytest.fixture(autouse=True)
def _parts() -> None:
    need_real_connector()


async def _makes_a_share(target: ContractTarget) -> None:
    async with SshConnector(target.target, target.dialect, connections=1) as connector:
        create = Create(name="demo", size=1 << 30, stamp=Stamp(request_id="r1"))
        assert isinstance(await connector.perform(create, target.deadlines), Done)


def _running(folder: Path) -> list[str]:
    """The command lines of processes whose files lie in the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("how", "number"),
    [((), signal.SIGINT), ((), signal.SIGTERM), ((), signal.SIGKILL), (("--exec",), signal.SIGKILL)],
)
async def test_it_says_how_it_is_reached_and_leaves_nothing(
    how: tuple[str, ...], number: signal.Signals, tmp_path: Path
) -> None:
    with serving("real", "up", *how, where=tmp_path) as served:
        target = read_target(tmp_path / "real.toml")
        folder = Path(target.target.client_key or "").parent
        await _makes_a_share(target)
        assert folder.joinpath("samba", "usershares", "demo").is_file()
        assert _running(folder), "sshd, and for root smbd"
        ports = [target.target.port, *(int(line.split()[2]) for line in served.lines if line.startswith("smbclient"))]
        code, said = served.end(number)
    assert served.lines[0].startswith(f"connector, {'by plain exec' if how else 'by a forced command'}: ssh -p ")
    _until(lambda: not folder.exists())
    _until(lambda: not _running(folder))
    _until(lambda: not any(map(_is_open, ports)))
    assert "Traceback" not in said
    assert (tmp_path / "real.toml").exists() == (number is signal.SIGKILL), "a killed one can remove no file elsewhere"
    assert code == (-signal.SIGKILL if number is signal.SIGKILL else 0)


def test_a_file_of_somebody_elses_is_not_replaced(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "filer.toml"
    file.write_text('title = "filer"\n')
    assert invoke(["real", "up", "--target", str(file)]) == Exit.BAD_INPUT
    assert f"--target {file}: was not written by this command; give another name" in capfd.readouterr().err
    assert file.read_text() == 'title = "filer"\n'
