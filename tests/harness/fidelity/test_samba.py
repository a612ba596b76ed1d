"""A fake that is calibrated from Samba's usershares answers as they do, but for what is declared; all by the commands
that a user gives."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.operations import Capability
from fake_clusters.clusters_file import read_clusters_file
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from tests.harness.cli.serving import serving
from tests.real_parts import need_real_connector

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

DECLARED = """
[[differences]]
share = "unicode"
reason = "the connector takes ASCII names alone"

[[differences]]
share = "too-long"
reason = "a fake takes names of up to 255 bytes"

[[differences]]
share = "a-in-capitals"
reason = "Samba does not tell upper from lower case"
"""


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    need_real_connector()
    monkeypatch.chdir(tmp_path)
    Path("differences.toml").write_text(DECLARED)
    with serving("real", "up", where=tmp_path):
        yield "real.toml"


def _calibrate(real: str, *words: str) -> None:
    assert invoke(["calibrate", real, "--name", "samba", "--out", "samba.toml", "--ledger", "names", *words]) == 0


def _fidelity(real: str, *words: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    compared = [
        "fidelity",
        real,
        "samba.toml",
        "--differences",
        "differences.toml",
        "--ledger",
        "names",
        "--out",
        "out",
    ]
    capfd.readouterr()
    code = invoke([*compared, "--json", *words])
    return code, json.loads(capfd.readouterr().out)


def test_a_fake_that_is_calibrated_from_samba_does_not_differ_in_a_few_sequences(
    real: str, capfd: pytest.CaptureFixture[str]
) -> None:
    _calibrate(real, "--count", "2", "--concurrency", "1")
    (spec,) = read_clusters_file(Path("samba.toml")).specs
    assert spec.capabilities == frozenset(Capability) - {Capability.SNAPSHOTS}
    assert all(spec.profile.service[verb].mean > 0.005 for verb in spec.profile.service), "each starts programs"
    code, report = _fidelity(real, "--sequences", "3", capfd=capfd)
    assert report["differences"] == [], report["headline"]
    assert code == Exit.UNKNOWN, "three sequences cover too little"
    assert [shares["left"] for shares in report["shares"].values()] == [[], []]
    assert list(Path("names").iterdir()) == []


@pytest.mark.soak
def test_a_fake_that_is_calibrated_from_samba_does_not_differ_in_two_hundred_sequences(
    real: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """About 18 CPU seconds of its own, and a tenth of one for each of some 2,500 commands of the connector: 5.5 minutes
    on two busy cores."""
    _calibrate(real, "--count", "20", "--concurrency", "1,2,4")
    code, report = _fidelity(real, capfd=capfd)
    assert report["differences"] == [], report["headline"]
    assert (code, report["played"]) == (Exit.VALID, 200), report["notes"]
    assert [shares["left"] for shares in report["shares"].values()] == [[], []]
