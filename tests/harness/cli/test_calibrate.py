"""`spoolproof calibrate`: the file that it writes, what it refuses, and the exit code of drift."""

import json
from pathlib import Path

import pytest

from fake_clusters.clusters_file import read_clusters_file
from harness.cli.entry import invoke


@pytest.fixture(autouse=True)
def _in_a_folder_with_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, factor in (("samples.csv", 1), ("slower.csv", 2)):
        rows = (f"create,{factor * (0.1 + index / 1000)}\n" for index in range(200))
        Path(name).write_text("phase,seconds\n" + "".join(rows))


def test_a_clusters_file_is_written_and_fresh_samples_are_checked_against_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["calibrate", "samples.csv", "--name", "north", "--out", "north.toml"]) == 0
    assert "clusters file: north.toml" in capfd.readouterr().out
    (spec,) = read_clusters_file(Path("north.toml")).specs
    assert spec.name == "north"
    assert invoke(["calibrate", "samples.csv", "--check", "north.toml"]) == 0
    assert "no phase is farther than 0.1" in capfd.readouterr().out
    assert invoke(["calibrate", "slower.csv", "--check", "north.toml", "--json"]) == 3
    told = json.loads(capfd.readouterr().out)
    assert told["drifted"] is True
    assert [row["phase"] for row in told["phases"] if row["drifted"]] == ["create"]


def test_without_a_file_it_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["calibrate", "samples.csv"]) == 0
    assert "[clusters.measured.profile.service.create]" in capfd.readouterr().out
    assert invoke(["calibrate", "samples.csv", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["phases"]["create"]["samples"] == 200


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.csv"], "none.csv: cannot be read: no such file or directory"),
        (["samples.csv", "--name", "a/b"], "a cluster's name is one or more printable characters"),
        (["samples.csv", "--out", "samples.csv"], "samples.csv: is there already; use --force to replace it"),
        (["samples.csv", "--check", "none.toml"], "none.toml: cannot be read: no such file or directory"),
        (["samples.csv", "--check", "two.toml"], "several clusters: choose one with --name; there are: a, b"),
        (["samples.csv", "--check", "two.toml", "--name", "c"], "no cluster 'c'; there are: a, b"),
        (["samples.csv", "--check", "two.toml", "--out", "x"], "cannot be combined with --check"),
    ],
)
def test_what_is_not_acceptable_is_said_in_a_line(
    words: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("two.toml").write_text("[clusters.a]\n[clusters.b]\n")
    assert invoke(["calibrate", *words]) == 64
    assert message in " ".join(capfd.readouterr().err.split())


def test_a_target_is_measured_and_its_page_and_samples_are_written(capfd: pytest.CaptureFixture[str]) -> None:
    files = ["--out", "fake.toml", "--page", "fake.html", "--save", "fake.csv"]
    assert invoke(["calibrate", "fake", "--count", "4", "--concurrency", "1,2", *files]) == 0
    said = capfd.readouterr()
    assert "8 of 8 creates" in said.err
    assert "page: fake.html" in said.out
    assert "<svg" in Path("fake.html").read_text()
    (spec,) = read_clusters_file(Path("fake.toml")).specs
    assert spec.limits.sessions == 10
    assert invoke(["calibrate", "fake.csv", "--json"]) == 0
    phases = json.loads(capfd.readouterr().out)["phases"]
    assert {"banner", "kex", "auth", "channel", "create", "snapshot-delete", "ping"} <= set(phases)


def test_a_target_that_does_not_answer_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    address = ["ssh://nobody@127.0.0.1:1", "--host-key", "SHA256:a", "--ledger", "ledger", "--count", "2"]
    assert invoke(["calibrate", *address]) == 69
    said = capfd.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert "nobody@127.0.0.1:1 cannot be tested: the connection was refused" in line


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["samples.csv", "--profile", "lan"], "--profile"),
        (["fake", "--concurrency", "2,4"], "1 among them"),
        (["fake", "--concurrency", "1,x"], "whole numbers from 1 to 64"),
        (["fake", "--profile", "quick"], "there is no profile 'quick'"),
        (["fake", "--check", "none.toml", "--page", "x"], "cannot be combined with --check"),
    ],
)
def test_what_cannot_be_measured_is_said_in_a_line(
    words: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["calibrate", *words]) == 64
    assert message in " ".join(capfd.readouterr().err.split())
