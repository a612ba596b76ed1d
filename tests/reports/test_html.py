"""The HTML report is one safe, small, self-contained page."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports.history import History
from reports.html.page import render_html, write_html
from reports.verdicts import Verdict
from tests.reports.sample import AWAY, NASTY, journal


@pytest.fixture(scope="module")
def page() -> str:
    return render_html(journal())


def test_it_reaches_for_nothing_outside_itself(page: str) -> None:
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", page)
    assert not re.findall(r"@import|url\((?!data:)", page)


def test_it_stays_under_one_megabyte_for_a_large_run() -> None:
    assert len(render_html(journal(shares=20_000)).encode()) < 1_000_000


def test_a_share_name_cannot_break_out_of_the_page(page: str) -> None:
    assert NASTY not in page
    assert "<img" not in page
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["latency"]["names"]


def test_the_verdict_and_the_anomalies_come_first(page: str) -> None:
    order = [page.index(f'id="{part}"') for part in ("anomalies", "gates", "shares", "invariants", "reproduce")]
    assert order == sorted(order)
    assert page.index('class="verdict invalid"') < order[0]


def test_every_witness_is_told(page: str) -> None:
    for finding in journal().findings:
        for anomaly in finding.anomalies:
            for witness in anomaly.witnesses:
                assert witness.text.replace(">", "&gt;") in page


def test_the_command_that_reproduces_the_run_is_there(page: str) -> None:
    assert journal().command in page
    assert "What it shows" in page


def test_a_run_without_a_single_op_has_a_page_too() -> None:
    empty = replace(journal(), history=History(), findings=(), gates=(), phases=(), verdict=Verdict.UNKNOWN, ends=0.0)
    assert 'class="verdict unknown"' in render_html(empty)


def test_what_cannot_be_shown_in_full_says_how_much_there_is() -> None:
    finding = replace(journal().findings[0], summary="90 anomalies")
    assert "90 anomalies, of which 1 are shown" in render_html(replace(journal(), findings=(finding,)))


def test_the_shares_with_anomalies_are_always_among_those_drawn() -> None:
    large = journal(shares=5_000)
    finding = large.findings[0]
    anomaly = replace(finding.anomalies[0], location="south", name="share-4321")
    marked = replace(large, findings=(replace(finding, anomalies=(anomaly,)),))
    assert 'class="gantt-row anomalous"' in render_html(marked)


def test_the_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "report.html"
    with pytest.raises(OSError, match="a folder"):
        write_html(path, journal())
    path.parent.mkdir()
    write_html(path, journal())
    assert [row.name for row in path.parent.iterdir()] == ["report.html"]


def test_a_cluster_that_was_away_is_among_what_broke_though_no_fault_struck() -> None:
    shown = render_html(replace(journal(), history=History(), phases=AWAY))
    names = re.findall(r'class="bar-name">([^<]*)<', shown[shown.index("What broke") :])
    assert names[:2] == ["crash south", "brownout of north"]
