"""What several runs differ in: figures of all creates that were asked, from the journals alone."""

from io import StringIO
from math import inf
from pathlib import Path

from rich.console import Console

from connector.values import replace
from reports.comparison import ShareEnding, compare
from reports.comparison_table import print_comparison, rows_of
from reports.history import History
from reports.html.comparison import render_comparison, write_comparison
from reports.journal import read_journal, write_journal
from reports.verdicts import Verdict
from tests.reports.runs import blocking, in_process, spool
from tests.reports.sample import NASTY


def test_every_create_has_one_ending_by_the_last_readings() -> None:
    one, two, three = compare([blocking(), in_process(), spool()]).figures
    none = dict.fromkeys(ShareEnding, 0)
    assert one.endings == none | {
        ShareEnding.ACTIVE: 1,
        ShareEnding.ORPHAN: 1,
        ShareEnding.NOT_MADE: 1,
        ShareEnding.GHOST: 1,
    }
    assert two.endings == none | {ShareEnding.ACTIVE: 1, ShareEnding.OPEN: 2, ShareEnding.NOT_MADE: 1}
    assert three.endings == none | {ShareEnding.ACTIVE: 2, ShareEnding.NOT_MADE: 1, ShareEnding.DELETED: 1}
    assert [(row.orphans, row.ghosts) for row in (one, two, three)] == [(1, 1), (0, 0), (0, 0)]


def test_a_promise_is_lost_where_it_hangs_or_vanishes_and_kept_where_it_is_taken_back() -> None:
    assert [row.lost for row in compare([blocking(), in_process(), spool()]).figures] == [0, 3, 0]


def test_only_timeouts_that_a_client_met_count_and_by_the_hop_that_gave_up() -> None:
    one, two, _ = compare([blocking(), in_process(), spool()]).figures
    assert one.timeouts == {"client": 0, "gateway": 0, "api": 1}
    assert not any(two.timeouts.values())
    assert (one.unclear, two.unclear) == (2, 0)


def test_what_never_became_active_counts_as_slow_and_not_as_absent() -> None:
    one, two, three = compare([blocking(), in_process(), spool()]).figures
    assert (one.active.p50, one.active.p99) == (1.0, inf)
    assert (two.active.p50, two.came_active) == (inf, 1)
    assert (three.active.p50, three.came_active, three.asked) == (1.0, 3, 4)
    assert (one.accept.p50, one.accept.p99) == (1.0, 2.0)


def test_an_op_that_was_never_answered_waited_until_the_end_of_the_run() -> None:
    run = blocking()
    ops = (replace(run.history.ops[0], completed_at=None), *run.history.ops[1:])
    (figures,) = compare([replace(run, history=replace(run.history, ops=ops))]).figures
    assert figures.accept.p99 == run.ends - 1.0


def test_all_anomalies_count_also_those_that_are_not_kept() -> None:
    one, *_ = compare([blocking(), spool()]).figures
    assert one.broken == {"L2": 40}


def test_the_title_says_what_all_have_in_common_and_the_labels_what_they_differ_in() -> None:
    alike, other = spool(), replace(spool(), world="model")
    same, mixed = compare([alike, blocking()]), compare([alike, other, replace(other, scenario="else", seed=99)])
    assert same.about == f"{alike.scenario}, seed {alike.seed}, {alike.world} world"
    assert mixed.about == "several scenarios, several seeds, several worlds"
    assert [row.label for row in mixed.figures] == [
        f"spool, {alike.scenario}, seed {alike.seed}, {alike.world}",
        f"spool, {alike.scenario}, seed {alike.seed}, model",
        "spool, else, seed 99, model",
    ]


def test_a_journal_of_anybodys_cannot_write_to_the_terminal_what_it_likes() -> None:
    out = StringIO()
    odd = replace(spool(), design="", scenario="[/red]a\x1b[2J\u202eb")
    print_comparison(compare([odd]), Console(file=out, width=200))
    assert "[/red]a\\x1b[2J\\u202eb" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_without_the_last_readings_what_is_left_is_not_known() -> None:
    run = blocking()
    unread = replace(run.history, readings=tuple(replace(row, ok=False) for row in run.history.readings))
    comparison = compare([replace(run, history=unread)])
    assert (comparison.figures[0].orphans, comparison.figures[0].lost) == (None, None)
    shown = {row.name: row.cells[0].text for row in rows_of(comparison)}
    assert shown["orphans"] == "not known"


def test_runs_that_were_asked_something_else_are_not_paired() -> None:
    other = spool()
    later = tuple(replace(op, intended_at=op.intended_at + 0.5) for op in other.history.ops)
    assert compare([blocking(), other]).paired
    assert not compare([blocking(), replace(other, history=replace(other.history, ops=later))]).paired


def test_runs_of_one_design_are_told_apart() -> None:
    assert [row.label for row in compare([spool(), spool(), blocking()]).figures] == ["spool 1", "spool 2", "blocking"]


def test_an_empty_run_has_figures_and_a_page() -> None:
    empty = replace(spool(), history=History())
    comparison = compare([empty])
    assert (comparison.figures[0].asked, comparison.figures[0].active.p50) == (0, None)
    assert "nothing" not in render_comparison(comparison)[:200]


def test_the_table_shows_each_run_in_its_column() -> None:
    console = Console(file=StringIO(), width=120)
    print_comparison(compare([blocking(), in_process(), spool()]), console)
    assert isinstance(console.file, StringIO)
    lines = {line[:28].strip(): line[28:].split() for line in console.file.getvalue().splitlines()}
    assert lines["verdict"] == ["invalid", "valid", "valid"]
    assert lines["orphans"] == ["1", "0", "0"]
    assert lines["promises lost"] == ["0", "3", "0"]
    assert lines["time to active p99"] == ["never", "never", "never"]


def test_the_page_is_one_file_that_no_name_can_break(tmp_path: Path) -> None:
    runs = [replace(blocking(), title=NASTY, scenario_text=NASTY), in_process()]
    write_comparison(tmp_path / "comparison.html", compare(runs), ["blocking/report.html"])
    page = (tmp_path / "comparison.html").read_text()
    assert NASTY not in page
    assert 'href="blocking/report.html"' in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert len(page) < 1_000_000


def test_saved_journals_are_compared_like_fresh_ones(tmp_path: Path) -> None:
    runs = [blocking(), in_process()]
    for run in runs:
        write_journal(tmp_path / f"{run.design}.json", run)
    saved = [read_journal(tmp_path / f"{run.design}.json") for run in runs]
    assert compare(saved).figures == compare(runs).figures
    assert saved[0].verdict is Verdict.INVALID
