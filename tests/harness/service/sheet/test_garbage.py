"""Whatever a server sends, an op gets an answer."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.http_client import HttpResponse
from harness.service.sheet.api import SheetApi
from harness.service.sheet.loading import SHEETS, read_sheet, sheet_file
from harness.service.sheet.tables import SheetTable
from reports.history import OpKind, OpResult
from tests.harness.service.sheet.answering import Answering, an_op, finished

WORDS = st.sampled_from(
    ["name", "status", "state", "size", "share", "shares", "id", "done", "error", "message", "code"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("a") | st.just("active"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def responses(draw: st.DrawFn) -> HttpResponse:
    """JSON of about the right words, or bytes."""
    document = draw(VALUES)
    body = draw(st.just(json.dumps(document).encode()) | st.binary(max_size=20))
    headers = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "content-type": st.sampled_from(["application/json", "application/problem+json", "text/html", "é"]),
                "location": st.text(max_size=10),
                "link": st.text('<>;=",rel nxt/', max_size=20),
                "spoolproof-timeout": st.text(max_size=10),
            },
        )
    )
    return HttpResponse(status=draw(st.integers(100, 599)), headers=headers, body=body)


@pytest.mark.parametrize("name", SHEETS)
@given(st.lists(responses(), min_size=4, max_size=4), st.sampled_from(OpKind))
def test_every_op_ends_with_an_answer(name: str, answers: list[HttpResponse], kind: OpKind) -> None:
    api = _api(name)
    http = Answering([*answers, *[HttpResponse(status=500, headers={}, body=b"")] * 2])
    answer = finished(api.ask(an_op(kind, size=5), http))
    assert answer.result in set(OpResult)
    finished(api.ask(an_op(OpKind.GET, number=2), http))


def _api(name: str) -> SheetApi:
    return SheetApi(_table(name), {"OS_TOKEN": "x"})


@cache
def _table(name: str) -> SheetTable:
    path = sheet_file(name, beside=Path())
    assert path is not None
    return read_sheet(path)
