"""The service's own log of state changes, read as its sheet says; one that proves nothing is refused in a sentence."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import pytest

from harness.errors import WorldError
from harness.http_client import HttpRequest, HttpResponse
from harness.service.sheet.api import SheetApi
from harness.service.sheet.loading import allowances_of, parse_sheet
from reports.allowances import LogDetail
from reports.history import StateChange
from tests.harness.service.sheet.answering import Answering, finished, response
from tests.harness.service.sheet.samples import MINIMAL

LOG = """
[change_log]
path = "/changes"
items = "/rows"
at = "/at"
id = "/share"
name = "/name"
location = "/location"
before = "/from"
after = "/to"
reason = "/why"
writer = { at = "/by", pattern = "([a-z]+)-[0-9]+" }
writers = { processor = ["worker"], api = ["web"] }
"""
BEGAN = 1_800_000_000.0

Row = dict[str, Any]


def row(at: object, before: str | None, after: str | None, **fields: object) -> Row:
    said = {"at": at, "share": "id-a", "name": "a", "location": "north", "from": before, "to": after, "by": "worker-2"}
    return said | fields


MADE = row(BEGAN + 1.25, None, "making", by="web-1")
WHOLE = [MADE, row("2027-01-15T08:00:02.5Z", "making", "on", why="done"), row(BEGAN + 3.5, "on", None)]


def read(rows: Sequence[Row], log: str = LOG) -> Sequence[StateChange]:
    return read_from(Answering([response(200, {"rows": rows})]), log)


def read_from(http: Answering, log: str = LOG) -> Sequence[StateChange]:
    api = SheetApi(parse_sheet(MINIMAL + log, "sheet.toml"), {})
    found = finished(api.read_changes(http, ["north", "south"], lambda unix: unix - BEGAN))
    assert found is not None
    return found


def without(*keys: str, log: str = LOG) -> str:
    return "\n".join(line for line in log.splitlines() if line.partition(" ")[0] not in keys)


def moves(changes: Sequence[StateChange]) -> list[tuple[str | None, str | None]]:
    return [(change.before, change.after) for change in changes]


def test_rows_become_changes_in_the_runs_seconds_and_the_contracts_words() -> None:
    made, done, removed = read(WHOLE)
    assert made == StateChange(
        number=1, at=1.25, share="id-a", location="north", name="a", before=None, after="pending", writer="api"
    )
    assert (done.at, done.before, done.after, done.writer, done.reason) == (
        2.5,
        "pending",
        "active",
        "processor",
        "done",
    )
    assert (removed.number, removed.at, removed.after) == (3, 3.5, None)


def test_the_state_before_is_that_of_the_row_before_where_the_log_does_not_say() -> None:
    assert moves(read(WHOLE, without("before"))) == moves(read(WHOLE))


def test_the_newest_may_come_first_and_in_pages() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        begins = int(request.target.partition("after=")[2] or 0)
        return response(200, {"rows": WHOLE[::-1][begins : begins + 2]})

    paging = 'newest_first = true\npaging = { by = "offset", parameter = "after", limit = 2 }\n'
    http = Answering(page)
    assert read_from(http, LOG + paging) == read(WHOLE)
    assert http.lines == ["GET /changes?limit=2", "GET /changes?limit=2&after=2"]


def test_a_log_of_each_location_is_read_for_each() -> None:
    def located(request: HttpRequest) -> HttpResponse:
        location = request.target.partition("in=")[2]
        return response(200, {"rows": [{**MADE, "share": f"id-{location}", "location": None}]})

    log = without("location").replace("/changes", "/changes?in={location}")
    assert [change.location for change in read_from(Answering(located), log)] == ["north", "south"]


def test_a_row_twice_and_a_row_that_stays_in_its_state_are_no_moves() -> None:
    again = [MADE, MADE, row(BEGAN + 2.5, "making", "making"), *WHOLE[1:]]
    assert moves(read(again)) == moves(read(WHOLE))


def test_what_was_over_before_the_run_is_left_out() -> None:
    earlier = [{**each, "at": BEGAN - 9.5 + place, "share": "id-b"} for place, each in enumerate(WHOLE)]
    assert read([*earlier, *WHOLE]) == read(WHOLE)


@pytest.mark.parametrize(
    ("rows", "log", "said"),
    [
        ([{**MADE, "at": None}], LOG, "/changes: row 1: the instant is missing"),
        ([MADE, {**MADE, "at": "soon"}], LOG, "/changes: row 2: the instant 'soon' cannot be read: Unix seconds, or"),
        ([{**MADE, "at": "2027-01-15T08:00:02.5"}], LOG, "row 1: the instant '2027-01-15T08:00:02.5' has no offset"),
        ([{**MADE, "at": BEGAN * 1000}], LOG, "row 1: the instant '1800000000000.0' is not in Unix seconds"),
        ([{**MADE, "at": "nan"}], LOG, "row 1: the instant 'nan' is not in Unix seconds"),
        ([{**MADE, "share": None}], LOG, "row 1: the id is missing"),
        ([{**MADE, "to": "odd"}], LOG, "row 1: the state 'odd' is not in the sheet; it has on, making"),
        ([{**MADE, "by": "cron-1"}], LOG, "row 1: the writer 'cron' is not in the sheet; it has worker, web"),
        ([{**MADE, "by": None}], LOG, "row 1: the writer is missing"),
        (["garbage"], LOG, "row 1: the instant is missing"),
        (WHOLE[1:], LOG, "it does not tell how share 'id-a' was made: its first row leads to active"),
        (WHOLE[1:], without("before"), "it does not tell how share 'id-a' was made"),
        ([MADE, WHOLE[2], WHOLE[1]], LOG, "its rows about share 'id-a' are not in the order of their instants"),
        ([MADE, {**WHOLE[1], "name": "b"}], LOG, "share 'id-a' has two names: north/a and north/b"),
        ([{**each, "from": None} for each in WHOLE], LOG, "no row tells what state it left: is `before`"),
        ([{**MADE, "at": BEGAN + 1}], LOG, 'its instants are whole seconds: say so with skew = "1s"'),
    ],
)
def test_a_log_that_proves_nothing_is_refused(rows: list[Row], log: str, said: str) -> None:
    with pytest.raises(WorldError) as refused:
        read(rows, log)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (response(503, {}), "/changes: answered with status 503: status-503"),
        (response(200, b"<html>"), "/changes: not JSON"),
        (response(200, {"rows": {}}), "/changes: no list at '/rows'"),
    ],
)
def test_an_answer_that_is_no_log_is_refused(answer: HttpResponse, said: str) -> None:
    with pytest.raises(WorldError) as refused:
        read_from(Answering([answer]))
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("left_out", "unlogged"),
    [
        ((), (LogDetail.OWNER,)),
        (("writer", "writers"), (LogDetail.WRITER, LogDetail.OWNER)),
        (("reason",), (LogDetail.REASON, LogDetail.OWNER)),
    ],
)
def test_what_the_log_does_not_tell_is_known(left_out: Sequence[str], unlogged: Sequence[LogDetail]) -> None:
    sheet = parse_sheet(MINIMAL + without(*left_out), "sheet.toml")
    assert allowances_of(sheet).unlogged == unlogged
    assert allowances_of(parse_sheet(MINIMAL, "sheet.toml")).unlogged == ()


def test_moves_and_skew_are_allowances() -> None:
    log = LOG + 'moves = [["failing", "deleting"], ["active", "gone"]]\nskew = "2s"\n'
    allowances = allowances_of(parse_sheet(MINIMAL + log, "sheet.toml"))
    assert (allowances.moves, allowances.skew) == ((("failing", "deleting"), ("active", None)), 2.0)
    assert allowances.described[-1] == "moves from failing to deleting, active to gone (S3, S4, S9, S12)"


def test_a_sheet_without_a_log_has_none() -> None:
    api = SheetApi(parse_sheet(MINIMAL, "sheet.toml"), {})
    assert finished(api.read_changes(Answering([]), ["north"], float)) is None


def test_the_headers_of_a_log_may_have_secrets() -> None:
    log = LOG + '[change_log.headers]\nAuthorization = "{env.TOKEN}"\n'
    secrets: Mapping[str, str] = {"TOKEN": "t0ken"}
    http = Answering([response(200, {"rows": WHOLE})])
    finished(SheetApi(parse_sheet(MINIMAL + log, "sheet.toml"), secrets).read_changes(http, [], float))
    assert ("authorization", "t0ken") in http.asked[0].headers


def test_what_a_refusal_repeats_of_a_secret_is_not_told() -> None:
    log = LOG + '[change_log.headers]\nAuthorization = "{env.TOKEN}"\n[refusal]\nmessage = "/error"\n'
    http = Answering([response(403, {"error": "no t0ken"})])
    with pytest.raises(WorldError, match=r"answered with status 403: no \*\*\*$"):
        finished(SheetApi(parse_sheet(MINIMAL + log, "sheet.toml"), {"TOKEN": "t0ken"}).read_changes(http, [], float))


def test_the_log_in_the_sheet_to_start_from_is_one() -> None:
    start = files("harness.service.sheet").joinpath("start.toml").read_text(encoding="utf-8")
    block = start[start.index("# [change_log]") :].partition("\n\n")[0]
    log = "\n".join(line.removeprefix("# ") for line in block.splitlines())
    assert parse_sheet(f"{MINIMAL}\n{log}", "sheet.toml").change_log is not None
