"""`spoolproof pg`: as a user calls it."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from harness.cli.entry import invoke
from pipeline.store.postgres.migrating import load_migrations
from tests.harness.cli.serving import serving

COMMAND = [sys.executable, "-m", "spoolproof", "pg"]


_APPLIED = "".join(f"applied {step.number:04} {step.name}\n" for step in load_migrations())


def pg(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=100, check=False)


def test_a_server_has_tables_and_rights_and_leaves_nothing_after_a_kill(tmp_path: Path) -> None:
    with serving("pg", "up", where=tmp_path) as server:
        found = re.fullmatch(r'store = "(postgresql://\S+)"', server.lines[0])
        assert found is not None
        assert pg("migrate", found[1]).stdout == _APPLIED
        assert pg("migrate", found[1]).stdout == "nothing to do: the tables are those of this version\n"
        assert pg("rights", found[1]).returncode == 0
        assert pg("migrate", found[1]).stdout.splitlines()[1:] == [
            "renewed: the rights of the roles are those of this version"
        ]
        children = psutil.Process(server.process.pid).children(recursive=True)
        (folder,) = {Path(word) for word in _data_folders(children)}
        server.end(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    assert not folder.exists()


def _data_folders(children: list[psutil.Process]) -> list[str]:
    return [line[line.index("-D") + 1] for child in children if "-D" in (line := child.cmdline())]


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("postgresql://x@127.0.0.1:1/x", 69, "127.0.0.1:1/x: the database cannot be reached"),
        ("nonsense", 64, "expected to be either"),
    ],
)
def test_a_database_that_is_not_there_is_one_line(
    url: str, code: int, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["pg", "migrate", url]) == code
    said = capfd.readouterr().err
    assert words in said
    assert len(said.splitlines()) == 1


def test_the_sql_of_the_rights_is_shown_without_a_database(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["pg", "rights", "postgresql://nobody@127.0.0.1:1/x", "--print"]) == 0
    sql = capfd.readouterr().out
    assert "GRANT select, insert ON events TO spoolproof_api;" in sql


def test_a_server_that_ends_by_itself_ends_the_command(tmp_path: Path) -> None:
    with serving("pg", "up", where=tmp_path) as server:
        for child in psutil.Process(server.process.pid).children():
            child.kill()
        assert server.process.wait(timeout=60) == 69
        assert server.process.stderr is not None
        assert server.process.stderr.read().startswith("spoolproof: the PostgreSQL server ended with status -9")
