"""The asyncio portal keeps its promises in both worlds, repeats to the byte, and its planted bug is found."""

import json
from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.explore import explore
from harness.service.sheet.loading import sheet_file
from tests.examples.portal_asyncio import dumped, dumped_elsewhere, file_of, scenario


@pytest.mark.parametrize("name", ["calm", "faults"])
def test_it_keeps_its_promises_in_virtual_time(name: str, tmp_path: Path) -> None:
    assert invoke(["run", str(file_of(name)), "--world", "virtual", "--out", str(tmp_path / "run")]) == Exit.VALID


@pytest.mark.slow
def test_it_keeps_its_promises_as_processes(tmp_path: Path) -> None:
    assert invoke(["run", str(file_of("faults")), "--world", "live", "--out", str(tmp_path / "run")]) == Exit.VALID


def test_the_same_seed_gives_the_same_bytes_here_and_in_another_process() -> None:
    here = dumped("faults")
    assert here == dumped("faults")
    assert here == dumped_elsewhere("faults", hash_seed="4242")


_LOG = """
[change_log]
path = "/v1/changes"
items = "/changes"
paging = { by = "cursor", parameter = "after", next = "/next" }
at = "/at"
id = "/share"
name = "/name"
location = "/location"
before = "/old_state"
after = "/new_state"
"""


def test_its_change_log_is_judged_where_the_sheet_names_it(tmp_path: Path) -> None:
    reference = sheet_file("reference", beside=tmp_path)
    assert reference is not None
    (tmp_path / "portal.toml").write_text(reference.read_text() + _LOG)
    text = file_of("faults").read_text().replace('sheet = "reference"', 'sheet = "portal.toml"')
    portal = file_of("faults").parents[1]
    (tmp_path / "logged.toml").write_text(text.replace('folder = ".."', f'folder = "{portal}"'))
    out = tmp_path / "run"
    assert invoke(["run", str(tmp_path / "logged.toml"), "--world", "virtual", "--out", str(out)]) == Exit.VALID
    said = {row["invariant"]: row["summary"] for row in json.loads((out / "journal.json").read_text())["findings"]}
    assert said["S4"] == said["S9"] == "holds"
    assert said["S11"] == "not judged: no writer in the change log"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What exploring the portal with the planted bug saves."""
    out = tmp_path_factory.mktemp("found") / "out"
    assert invoke(["explore", str(file_of("blind_retry")), "--runs", "300", "--out", str(out)]) == Exit.INVALID
    return out


def test_its_planted_bug_is_found_and_shrunk(found: Path) -> None:
    record = json.loads((found / "exploration.json").read_text())
    (failure,) = record["failures"]
    assert (failure["events"] <= 3, failure["minimal"]) == (True, True)


def test_what_was_found_repeats_to_the_byte(found: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["replay", str(found / "failure-1")]) == Exit.VALID
    assert capsys.readouterr().out == "the same history, byte for byte: invalid\n"


@pytest.mark.slow
def test_what_was_found_is_found_again_with_processes(found: Path) -> None:
    assert invoke(["replay", str(found / "failure-1"), "--world", "live"]) == Exit.VALID


def test_exploring_the_portal_as_it_is_finds_nothing() -> None:
    exploration = explore(scenario("calm"), seed=2, runs=12)
    assert (exploration.failures, exploration.breakdowns) == ((), ())
