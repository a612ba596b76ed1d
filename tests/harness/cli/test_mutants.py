"""`spoolproof mutants`: what it shows of each hunt, its exit codes, and names that there are not."""

import json
from pathlib import Path

import pytest

from harness.cli.entry import invoke


def test_what_is_found_is_shown_as_it_comes_then_as_a_table_and_as_a_page_where_it_is_asked_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "mutants.md"
    assert invoke(["mutants", "keys_without_fingerprint", "--runs", "20", "--docs", str(page)]) == 0
    captured = capfd.readouterr()
    assert captured.err.startswith("keys_without_fingerprint: found after ")
    assert "S6" in captured.out
    assert captured.out.splitlines()[-1] == "1 of 1 found"
    assert "| `keys_without_fingerprint` |" in page.read_text()


def test_what_showed_a_bug_is_kept_as_a_scenario_and_replayed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "saved"
    assert invoke(["mutants", "activates_half_made", "--runs", "40", "--out", str(out)]) == 0
    saved = out / "activates_half_made"
    assert 'kind = "partial_effect"' in (saved / "regression.toml").read_text()
    capfd.readouterr()
    assert invoke(["replay", str(saved)]) == 0
    assert capfd.readouterr().out == "the same history, byte for byte: invalid\n"
    assert invoke(["mutants", "keys_without_fingerprint", "--runs", "20", "--out", str(out)]) == 64
    assert invoke(["mutants", "keys_without_fingerprint", "--runs", "20", "--out", str(out), "--force"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["keys_without_fingerprint", "mutants.json"]


def test_a_bug_that_is_not_found_within_its_runs_is_exit_code_1(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["mutants", "trusts_resize", "--runs", "2", "--json"]) == 1
    captured = capfd.readouterr()
    (row,) = json.loads(captured.out)["mutants"]
    assert (row["name"], row["runs"], row["caught"]) == ("trusts_resize", 2, None)
    assert captured.err == "trusts_resize: not found in 2 runs\n"


def test_a_page_that_cannot_be_written_is_refused_before_the_hunt(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["mutants", "--docs", str(tmp_path / "no" / "page.md")]) == 64
    assert "no such folder" in capfd.readouterr().err


def test_an_unknown_name_is_refused_with_those_that_there_are(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["mutants", "eats_shares"]) == 64
    error = capfd.readouterr().err
    assert error.startswith("eats_shares: unknown seeded bug; accepted: ")
    assert "reads_stale" in error
