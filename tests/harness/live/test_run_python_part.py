"""A part of a Python service as a process of its own."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.live import run_python_part

_SCRIPT = str(run_python_part.__file__)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pipeline.py").write_text("NAME = 'of the service itself'")
    (tmp_path / "parts.py").write_text(
        "import asyncio\n"
        "from pipeline import NAME\n"
        "async def short(): print(NAME)\n"
        "async def long():\n"
        "    try:\n"
        "        print('at work', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "    finally:\n"
        "        print('cancelled')\n"
        "async def app(scope, receive, send): raise NotImplementedError\n"
        "def make(): print('made'); return app\n"
    )
    return tmp_path


def _run(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-P", _SCRIPT, *words]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_a_worker_imports_the_services_own_modules_before_the_labs(folder: Path) -> None:
    with _run(folder, "--worker", "parts:short") as process:
        said, _ = process.communicate()
    assert (said, process.returncode) == ("of the service itself\n", 0)


def test_sigterm_cancels_a_worker(folder: Path) -> None:
    with _run(folder, "--worker", "parts:long") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate()
    assert (said, process.returncode) == ("cancelled\n", 0)


def test_a_function_that_makes_the_application_is_called(folder: Path) -> None:
    with _run(folder, "--app", "parts:make") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "made\n"
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode in {0, -signal.SIGTERM}
