"""The HTML report is one safe, small, self-contained page."""

import html
import json
import re
from pathlib import Path

import pytest

from connector.values import replace
from reports.history import History, NemesisAction, PartEnd
from reports.html.page import render_html, write_html
from reports.invariants import PROMISES
from reports.journal import PhaseSpan, SpanKind
from reports.verdicts import Anomaly, Finding, RowKind, Verdict, Witness
from tests.reports.pages import crowded, ninety_anomalies
from tests.reports.sample import AWAY, NASTY, journal


@pytest.fixture(scope="module")
def page() -> str:
    return render_html(journal())


def test_it_reaches_for_nothing_outside_itself(page: str) -> None:
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert not re.findall(r"@import|url\((?!data:|#)", page)


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


def test_of_a_service_without_a_log_of_commands_it_says_that_its_timeouts_are_not_known(page: str) -> None:
    silent = replace(journal().history, has_commands=False, timeouts=())
    closed = render_html(replace(journal(), history=silent))
    told = re.findall(r"<b>not known|-1\">not known", closed)
    assert (told[0], set(told[1:])) == ("<b>not known", {'-1">not known'})
    assert not re.search(r"<b>not known", page)


def test_a_run_without_a_single_op_has_a_page_too() -> None:
    empty = replace(journal(), history=History(), findings=(), gates=(), phases=(), verdict=Verdict.UNKNOWN, ends=0.0)
    assert 'class="verdict unknown"' in render_html(empty)


def test_what_cannot_be_shown_in_full_says_how_much_there_is() -> None:
    finding = replace(journal().findings[0], summary="90 anomalies")
    assert "90 anomalies, of which the journal holds 1" in render_html(replace(journal(), findings=(finding,)))


def test_who_was_asked_what_stands_before_everything(page: str) -> None:
    shown = render_html(replace(journal(), design="blocking", world="virtual", seed=31))
    head = shown[shown.index("<header>") : shown.index("</header>")]
    for fact in ("<dd>blocking design</dd>", "<dd>virtual</dd>", "<dd>31</dd>", 'class="verdict invalid"', "(virtual)"):
        assert fact in head
    order = [page.index(part) for part in ("</header>", 'class="tiles"', 'id="anomalies"')]
    assert order == sorted(order)


def test_anomalies_stand_by_invariant_with_the_first_shown_and_the_others_folded() -> None:
    shown = render_html(ninety_anomalies())
    section = shown[shown.index('id="anomalies"') : shown.index('id="unknown_reasons"')]
    groups = section.split('<article class="group">')[1:]
    assert [re.findall(r'chip invalid">(\w+)<', group) for group in groups] == [["S7"], ["L2"]]
    for group, title, more in zip(groups, ("S7", "L2"), (24, 19), strict=True):
        assert PROMISES[title].sentence in group
        before, folded = group.split("<details>", 1)
        assert before.count('class="message"') == 1
        assert 'class="witnesses"' in before
        assert f"{more} more anomalies of {title}" in folded
        assert folded.count("<details data-row>") == more


def test_each_invariant_links_to_its_promise_with_reason_and_violation() -> None:
    shown = render_html(ninety_anomalies())
    rows = dict(re.findall(r'<tr id="promise-(\w+)">(.*?)</tr>', shown, re.DOTALL))
    assert set(re.findall(r'href="#promise-(\w+)"', shown)) == {"S7", "L2", "V1"} <= set(rows)
    for name, row in rows.items():
        told = html.unescape(row)
        assert PROMISES[name].sentence in told
        assert PROMISES[name].why in told
        assert all(line in told for line in PROMISES[name].example)


def test_planned_faults_stand_beside_what_struck_and_beside_what_nobody_planned() -> None:
    base = ninety_anomalies()
    strikes = (*base.history.injections, replace(base.history.injections[0], label="by hand", at=1.0))
    shown = render_html(replace(base, history=replace(base.history, injections=strikes)))
    rows = re.findall(
        r"<tr data-row>(.*?)</tr>", shown[shown.index('id="planned"') : shown.index('id="clusters"')], re.DOTALL
    )
    told = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]
    assert told == [
        "lost replies reply_lost fault north 40 s to 60 s 30 at least 3 40.00 s, 48.70 s",
        "hang fault all clusters on create 0 s to the end of the load 0 at least 2",
        "kill processor nemesis processor 48 s to 49 s 0",
        "by hand not planned 1 1.00 s",
    ]


def test_gates_have_units(page: str) -> None:
    assert "measured 31 ms" in page


def test_no_run_was_in_1970() -> None:
    assert "1970" not in render_html(replace(journal(), began="1970-01-01T00:00:00.000+00:00"))


def test_a_run_over_many_clusters_stays_a_page_that_one_can_use() -> None:
    shown = render_html(crowded(clusters=1_000, shares=3_000))
    assert len(shown.encode()) < 1_500_000
    assert "500 of 1,000 clusters" in shown
    assert shown.count('class="bar-row"') < 15
    assert 'data-filter="#cluster-rows"' in shown


def test_a_share_that_was_tried_ten_thousand_times_and_a_nemesis_that_never_rests_stay_a_page() -> None:
    base = journal()
    (first, *_), (change, *_) = base.history.attempts, base.history.changes
    tries = tuple(replace(first, number=index, began_at=index / 100, ended_at=index / 100) for index in range(10_000))
    flips = tuple(
        replace(change, number=index, at=index / 100, before="active", after="updating" if index % 2 else "active")
        for index in range(10_000)
    )
    kills = tuple(NemesisAction(number=index, at=index / 50, action="kill", target="api") for index in range(5_000))
    spans = tuple(
        PhaseSpan(name="kill api", begins=index / 50, ends=index / 50 + 0.01, disturbed=True, kind=SpanKind.NEMESIS)
        for index in range(5_000)
    )
    history = replace(base.history, attempts=tries, changes=flips, nemesis=kills)
    shown = render_html(replace(base, history=history, phases=spans))
    assert len(shown.encode()) < 600_000
    assert "and 9800 more in the journal" in shown


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
    rows = re.findall(r"<tr data-row><td>([^<]*)<", shown[shown.index('id="planned"') :])
    assert rows[:2] == ["crash south", "brownout of north"]


def test_an_unplanned_end_stands_in_conclusion_anomalies_and_beside_what_was_planned() -> None:
    end = PartEnd(number=1, at=42.0, part="processor", signal="SIGKILL", log="out of <paper>")
    witness = Witness(kind=RowKind.PART_END, number=1, at=42.0, text="the processor ended: killed by SIGKILL")
    message = "the processor ended unplanned: killed by SIGKILL"
    finding = Finding(
        invariant="V4",
        title="no part of the pipeline ends unplanned",
        verdict=Verdict.UNKNOWN,
        summary="1 anomaly, from outside",
        anomalies=(Anomaly(invariant="V4", message=message, witnesses=(witness,)),),
    )
    outage = PhaseSpan(name="outage of processor", begins=42.0, ends=50.0, disturbed=True, kind=SpanKind.OUTAGE)
    base = journal()
    ended = replace(
        base,
        history=replace(base.history, part_ends=(end,)),
        findings=(finding,),
        phases=(*base.phases, outage),
        verdict=Verdict.UNKNOWN,
    )
    shown = render_html(ended)
    assert "The processor ended at 42.00 s, which nothing in the run had asked for: killed by SIGKILL." in shown
    assert '<b class="chip unknown">V4</b>' in shown[shown.index('id="anomalies"') :]
    assert re.search(r"outage of processor.*?not planned", shown, re.DOTALL)
