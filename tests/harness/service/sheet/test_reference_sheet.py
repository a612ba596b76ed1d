"""The shipped sheet of the reference pipeline asks and understands what its own client does."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connector.sites import Site
from harness.http_client import HttpResponse
from harness.service.access import ACCESS_CHANGES
from harness.service.answer import Answer
from harness.service.reference import ReferenceApi, catalogue
from harness.service.sheet.loading import open_sheet
from reports.history import Op, OpKind, Purpose
from tests.harness.service.sheet.answering import Answering, finished, response

REFERENCE = ReferenceApi()
NAMES = st.text("ab Zz09 -_.~/?#%&=+'\"$(){};|\\größ中文", min_size=1, max_size=20)
STATES = st.sampled_from(["pending", "active", "updating", "failing", "deleting"])


SHEET = open_sheet("reference", beside=Path()).api


@st.composite
def ops(draw: st.DrawFn) -> Op:
    """Any op that a workload can ask."""
    kind = draw(st.sampled_from(sorted(set(OpKind) - ACCESS_CHANGES)))
    changes = kind not in {OpKind.GET, OpKind.LIST}
    return Op(
        number=1,
        client="client-1",
        kind=kind,
        purpose=Purpose.LOAD,
        location=draw(NAMES),
        name=draw(NAMES),
        key=draw(st.none() | st.from_regex(r"[0-9a-f]{32}", fullmatch=True)) if changes else None,
        size=draw(st.integers(1, 2**50)) if kind in {OpKind.CREATE, OpKind.RESIZE} else None,
        intended_at=0.0,
        invoked_at=0.0,
    )


@st.composite
def shares(draw: st.DrawFn) -> dict[str, object]:
    return {
        "id": draw(st.uuids().map(str)),
        "location": draw(NAMES),
        "name": draw(NAMES),
        "size": draw(st.integers(1, 2**50)),
        "state": draw(STATES),
        "reason": draw(st.none() | NAMES),
        "generation": 1,
    }


@st.composite
def problems(draw: st.DrawFn) -> HttpResponse:
    """Any problem of the catalogue, and what a gateway may say beside it."""
    cause, entry = draw(st.sampled_from(list(catalogue().items())))
    status = draw(st.sampled_from([entry.status, 400, 405, 409, 502, 503, 504]))
    members = draw(st.just({}) | st.fixed_dictionaries({"id": st.uuids().map(str), "state": STATES}))
    detail = draw(st.fixed_dictionaries({}, optional={"detail": st.text(max_size=60)}))
    body = {"type": f"/problems/{cause}", "title": entry.title, "status": status, **detail, **members}
    said = draw(st.none() | st.sampled_from([f"site={site}" for site in Site] + ["site=elsewhere", "phase=read"]))
    headers = {"content_type": "application/problem+json"} | ({} if said is None else {"spoolproof_timeout": said})
    return response(status, body, **headers)


def _understood(op: Op, given: HttpResponse) -> tuple[Answer, Answer]:
    """By the sheet, and by the client of its own."""
    return finished(SHEET.ask(op, Answering([given]))), REFERENCE.read(given)


@given(ops())
def test_every_request_is_the_very_same(op: Op) -> None:
    http = Answering([response(500)])
    finished(SHEET.ask(op, http))
    assert http.asked == [REFERENCE.request_of(op)]


@given(ops(), problems())
def test_every_problem_is_understood_alike(op: Op, problem: HttpResponse) -> None:
    by_sheet, by_client = _understood(op, problem)
    assert by_sheet == by_client


@given(ops(), shares(), st.sampled_from([200, 201, 202]))
def test_every_success_is_understood_alike(op: Op, share: dict[str, object], status: int) -> None:
    made = status != 202 and op.kind in {OpKind.CREATE, OpKind.RESIZE}  # 200 and 201 say that it is done
    body = share | {"state": "active"} if made else share
    listed = {"shares": [share], "next": None}
    by_sheet, by_client = _understood(op, response(status, listed if op.kind is OpKind.LIST else body))
    assert by_sheet == by_client


@given(st.sampled_from([302, 401, 404, 500, 502, 503, 504]), ops())
def test_what_no_reference_pipeline_says_is_unknown_to_both(status: int, op: Op) -> None:
    by_sheet, by_client = _understood(op, response(status, b"<html>", content_type="text/html"))
    assert (by_sheet.result, by_sheet.cause, by_sheet.site) == (by_client.result, by_client.cause, by_client.site)
