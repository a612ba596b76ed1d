"""The suite and the product work whoever starts them: with signals ignored, proxies, a narrow terminal, no stdin."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reports.journal import read_journal
from reports.verdicts import Verdict
from tests.harness.scenario.samples import CALM

ROOT = Path(__file__).parents[1]
_NOWHERE = "http://127.0.0.1:9"
_HOSTILE = {
    **dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"), _NOWHERE),
    **dict.fromkeys(("all_proxy", "ALL_PROXY"), "socks5://127.0.0.1:9"),
    "COLUMNS": "20",
    "NO_COLOR": "1",
    "FORCE_COLOR": "1",
    "LC_ALL": "C",
    "TZ": "Pacific/Kiritimati",
    "SSH_AUTH_SOCK": "/nowhere",
}


def _ignore_signals() -> None:
    """As a CI runner may start a job: no terminal, no stdin, files for nobody else."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGHUP})
    os.umask(0o077)
    os.close(0)


def _run(*words: str, where: Path) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in {"HOME", "LANG"}} | _HOSTILE
    return subprocess.run(
        [sys.executable, *words],
        cwd=where,
        env=environment,
        preexec_fn=_ignore_signals,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=110,
    )


_INTERRUPTED = ("tests/harness/cli/test_interrupt.py", "tests/harness/cli/test_progress.py")
_SHOWN = ("tests/reports/test_terminal.py",)


@pytest.mark.parametrize(("plugins", "files"), [((), _INTERRUPTED + _SHOWN), (("-p", "no:xdist"), _SHOWN)])
def test_the_suite_sets_what_its_tests_rely_on(plugins: tuple[str, ...], files: tuple[str, ...]) -> None:
    options = ["-q", "-p", "no:cacheprovider", "--timeout", "30", *plugins]
    done = _run("-m", "pytest", *options, *files, where=ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_live_run_is_valid_in_any_surroundings(tmp_path: Path) -> None:
    (tmp_path / "calm.toml").write_text(CALM)
    script = "import sys; from spoolproof._start import main; main()"
    done = _run("-P", "-c", script, "run", "calm.toml", "--out", "out", where=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "VALID" in done.stdout
    assert read_journal(tmp_path / "out" / "journal.json").verdict is Verdict.VALID
