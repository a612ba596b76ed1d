"""A machine that does not reach itself plays nothing live, and says why."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import WorldError
from harness.live.loopback import check_loopback
from tests.harness.scenario.samples import CALM

ROOT = Path(__file__).parents[3]
NOT_OURS = "192.0.2.1"
"""Kept for documentation: no machine has it."""


async def test_a_machine_that_reaches_itself_passes_and_nothing_stays_open() -> None:
    await check_loopback()


async def test_an_address_that_carries_nothing_is_named_with_the_reason_and_the_cure() -> None:
    with pytest.raises(WorldError, match=rf"over {NOT_OURS} \(Cannot assign requested address\).*ip link set lo up"):
        await check_loopback(NOT_OURS)


async def test_a_connection_that_does_not_come_in_time_is_given_up() -> None:
    with pytest.raises(WorldError, match="no connection within 0 s"):
        await check_loopback(patience=0)


def _cut_off() -> list[str]:
    """The words before a command that give it a network in which not even the loopback is up."""
    words = [shutil.which("unshare") or "unshare", "--map-root-user", "--net"]
    try:
        subprocess.run([*words, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this machine gives no network of one's own: {error}")
    return words


def test_a_run_without_loopback_ends_at_once_with_one_line_and_plays_nothing(tmp_path: Path) -> None:
    (tmp_path / "calm.toml").write_text(CALM)
    run = subprocess.run(
        [*_cut_off(), sys.executable, "-m", "spoolproof", "run", "calm.toml", "--out", "out"],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode, run.stdout) == (70, ""), run.stderr
    assert [line.partition(" (")[0] for line in run.stderr.splitlines() if not line.startswith("calm: ")] == [
        "spoolproof: this machine does not reach itself over 127.0.0.1"
    ]
    assert "calm: load" not in run.stderr
    assert not (tmp_path / "out").exists()
