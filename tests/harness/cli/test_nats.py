"""`spoolproof nats up`: as a user calls it."""

import re
import signal
from pathlib import Path

import psutil

from tests.harness.cli.serving import serving


def test_a_server_says_where_it_is_and_leaves_nothing_after_a_kill(tmp_path: Path) -> None:
    with serving("nats", "up", where=tmp_path) as server:
        assert re.fullmatch(r'spool = "nats://127\.0\.0\.1:\d+"', server.lines[0])
        assert server.lines[1] == "Its store is removed at the end."
        children = psutil.Process(server.process.pid).children(recursive=True)
        (folder,) = {Path(line[line.index("-sd") + 1]) for child in children if "-sd" in (line := child.cmdline())}
        server.end(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    assert not folder.exists()


def test_a_server_that_ends_by_itself_ends_the_command(tmp_path: Path) -> None:
    with serving("nats", "up", where=tmp_path) as server:
        for child in psutil.Process(server.process.pid).children():
            child.kill()
        assert server.process.wait(timeout=60) == 69
        assert server.process.stderr is not None
        assert server.process.stderr.read().startswith("spoolproof: the NATS server ended with status -9")
