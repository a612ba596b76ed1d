"""A benchmark that is interrupted leaves nothing running."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil

_ROOT = Path(__file__).resolve().parent.parent
_PARENT = """
import subprocess, sys
server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(server.pid, flush=True)
server.wait()
"""
_BENCH = f"""
import subprocess, sys
from tests.bench.children import without_children
with without_children():
    subprocess.run([sys.executable, "-c", {_PARENT!r}])
"""
"""What it starts has started a server in a session of its own, which no Ctrl-C reaches."""


def test_ctrl_c_ends_the_servers_of_what_a_benchmark_started_too() -> None:
    command = [sys.executable, "-c", _BENCH]
    bench = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, start_new_session=True)
    assert bench.stdout is not None
    server = psutil.Process(int(bench.stdout.readline()))
    try:
        for child in psutil.Process(bench.pid).children():
            child.send_signal(signal.SIGINT)  # as the terminal sends it to all of its group
        bench.send_signal(signal.SIGINT)
        assert bench.wait(timeout=60) != 0
        assert not server.is_running()
    finally:
        bench.kill()
        bench.stdout.close()
        if server.is_running():
            server.kill()
