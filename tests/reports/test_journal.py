"""A journal reads back as it was written, and what is not one is refused by name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.values import replace
from reports.errors import JournalError
from reports.history import History
from reports.journal import FORMAT, PhaseSpan, disturbances, read_journal, what_broke, write_journal
from tests.reports.sample import AWAY, journal


def test_a_journal_reads_back_equal(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    write_journal(path, journal())
    assert read_journal(path) == journal()


def test_a_newer_format_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    write_journal(path, replace(journal(), format=FORMAT + 1))
    with pytest.raises(JournalError, match=f"journal format {FORMAT + 1}; this version reads format {FORMAT}"):
        read_journal(path)


def test_another_format_is_named_before_the_keys_that_it_spells_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    path.write_text('{"format": 2, "phases": [{"kind": "swing"}]}')
    with pytest.raises(JournalError, match=f"journal format 2; this version reads format {FORMAT}"):
        read_journal(path)


def _spoiled(path: Path, spoil: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(path.read_text())
    spoil(content)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.update(verdict="valid", findings=[]),
        lambda content: content.update(history={}),
        lambda content: content["history"]["ops"].pop(),
        lambda content: content["history"]["effects"][3].update(at=1.5),
        lambda content: content.update(limits={}),
        lambda content: content.update(seed=8),
        lambda content: content.update(scenario_text=""),
        lambda content: content.update(more="of it"),
        lambda content: content.update(digest=""),
        lambda content: content.pop("digest"),
    ],
)
def test_a_journal_that_was_changed_is_refused(tmp_path: Path, spoil: Callable[[dict[str, Any]], object]) -> None:
    path = tmp_path / "journal.json"
    write_journal(path, journal())
    _spoiled(path, spoil)
    with pytest.raises(JournalError, match="was changed after it was written"):
        read_journal(path)


def test_a_journal_of_which_the_end_is_missing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    write_journal(path, journal())
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(JournalError, match=r"journal\.json"):
        read_journal(path)


def test_a_journal_that_was_only_laid_out_anew_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    odd = replace(journal(), title='é \u2028 \x7f "', limits={"z": 1e-7, "a": 1e22, "b": -0.0, "c": 5e-324})
    write_journal(path, odd)
    path.write_text(json.dumps(json.loads(path.read_text()), indent=4))
    assert read_journal(path) == odd


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    write_journal(path, journal())
    spoiled = json.loads(path.read_text())
    del spoiled["seed"]
    path.write_text(json.dumps(spoiled))
    with pytest.raises(JournalError, match="seed"):
        read_journal(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_journal_or_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.json"
    path.write_bytes(data)
    with pytest.raises(JournalError, match=r"journal\.json"):
        read_journal(path)


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "journal.json"
    write_journal(path, replace(journal(), ends=77.125))
    path.write_text(path.read_text().replace("77.125", written))
    with pytest.raises(JournalError, match=f"{written} is not a number"):
        read_journal(path)


def test_a_text_may_look_like_a_number_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    write_journal(path, replace(journal(), title="NaN or 1e999"))
    assert read_journal(path).title == "NaN or 1e999"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="nowhere"):
        read_journal(tmp_path / "nowhere")


def test_disturbances_that_overlap_are_one() -> None:
    spans = (
        PhaseSpan(name="a", begins=1.0, ends=5.0, disturbed=True),
        PhaseSpan(name="calm", begins=0.0, ends=9.0),
        PhaseSpan(name="b", begins=4.0, ends=7.0, disturbed=True),
        PhaseSpan(name="a", begins=5.0, ends=6.0, disturbed=True),
        PhaseSpan(name="c", begins=8.0, ends=1e9, disturbed=True),
    )
    found = [(row.name, row.begins, row.ends) for row in disturbances(replace(journal(), phases=spans, ends=10.0))]
    assert found == [("a, b", 1.0, 7.0), ("c", 8.0, 10.0)]


def test_what_broke_is_told_though_it_struck_no_call() -> None:
    assert what_broke(replace(journal(shares=10), phases=AWAY)) == {
        "lost replies": 1,
        "crash south": 1,
        "brownout of north": 1,
    }
    assert what_broke(replace(journal(), history=History(), phases=())) == {}
