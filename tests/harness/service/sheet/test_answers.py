"""What answers mean by a sheet; whatever is not clear is unknown."""

import pytest

from harness.errors import WorldError
from harness.http_client import HttpResponse
from harness.service.answer import Answer
from harness.service.sheet.api import SheetApi
from harness.service.sheet.loading import allowances_of, parse_sheet
from reports.allowances import Allowances
from reports.history import OpKind, OpResult
from tests.harness.service.sheet.answering import Answering, an_op, finished, response
from tests.harness.service.sheet.samples import MINIMAL

SHARE = {"name": "a", "state": "on", "size": 5, "id": 7}
HTML = response(200, b"<html>Sign in</html>", content_type="text/html; charset=utf-8")


def _api(more: str = "", text: str = MINIMAL) -> SheetApi:
    return SheetApi(parse_sheet(text + more, "sheet.toml"), {})


def _asked(kind: OpKind, *answers: HttpResponse, api: SheetApi | None = None) -> Answer:
    return finished((api or _api()).ask(an_op(kind, size=5), Answering(answers)))


def test_a_share_is_read_with_its_id_as_a_text() -> None:
    answer = _asked(OpKind.GET, response(200, SHARE))
    assert (answer.result, answer.state, answer.share) == (OpResult.OK, "active", "7")


@pytest.mark.parametrize(
    ("answered", "message"),
    [
        (HTML, "not JSON (content type text/html)"),
        (response(200, b"{"), "not JSON (content type application/json)"),
        (response(200, b"[" * 100_000), "not JSON (content type application/json)"),
        (response(200, b"\xff\xfe\x00"), "not JSON (content type application/json)"),
        (response(200), "nothing where a share was expected"),
        (response(200, [1]), "a list where a share was expected"),
        (response(200, SHARE | {"state": "melting"}), "the state 'melting' is not in the sheet; it has on, making"),
        (response(200, SHARE | {"state": None}), "the state of the share is missing"),
        (response(200, SHARE | {"state": {}}), "an object where a value was expected"),
        (response(200, SHARE | {"size": "big"}), "the size 'big' is not a number"),
    ],
)
def test_an_answer_that_is_not_what_the_sheet_says_is_unknown(answered: HttpResponse, message: str) -> None:
    answer = _asked(OpKind.GET, answered)
    assert (answer.result, answer.cause, answer.message) == (OpResult.INFO, "unreadable-answer", message)


def test_a_redirect_is_unknown_and_says_where_to() -> None:
    answer = _asked(OpKind.CREATE, response(307, location="https://elsewhere/shares"))
    assert (answer.result, answer.cause, answer.message) == (
        OpResult.INFO,
        "status-307",
        "redirects to https://elsewhere/shares",
    )


@pytest.mark.parametrize("status", [400, 404, 409, 500, 503])
def test_a_refusal_of_which_no_rule_says_that_it_is_certain_is_unknown(status: int) -> None:
    assert _asked(OpKind.CREATE, response(status, {"error": "no"})).result is OpResult.INFO


RULES = """
[refusal]
message = "/error"
[[answers]]
of = ["create"]
status = ["4xx", 507]
body = { "/code" = [17, "full"], "/final" = true }
means = "fail"
cause = "no-space"
[[answers]]
of = ["delete"]
status = 200
means = "ok"
state = "deleting"
"""


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (409, {"code": 17, "final": True}, OpResult.FAIL),
        (507, {"code": "full", "final": True}, OpResult.FAIL),
        (409, {"code": 18, "final": True}, OpResult.INFO),
        (409, {"code": 17, "final": 1}, OpResult.INFO),  # 1 is not true
        (409, {"code": 17}, OpResult.INFO),
        (503, {"code": 17, "final": True}, OpResult.INFO),
    ],
)
def test_a_rule_needs_all_that_it_says(status: int, body: dict[str, object], result: OpResult) -> None:
    answer = _asked(OpKind.CREATE, response(status, body | {"error": "why"}), api=_api(RULES))
    assert (answer.result, answer.message) == (result, "why")
    assert (answer.cause == "no-space") == (result is OpResult.FAIL)


def test_a_state_that_a_rule_says_makes_a_promise_of_a_200() -> None:
    answer = _asked(OpKind.DELETE, response(200), api=_api(RULES))
    assert (answer.result, answer.status, answer.state) == (OpResult.OK, 202, "deleting")


def test_what_is_not_in_a_list_is_absent_and_of_several_the_liveliest_counts() -> None:
    by_list = MINIMAL.replace('path = "/shares/{name}"\nshare = ""', 'path = "/shares?name={name}"\nitems = "/found"')
    api = _api(text=by_list.replace('active = ["on"]', 'active = ["on"]\ngone = ["lost"]'))
    none = _asked(OpKind.GET, response(200, {"found": [SHARE | {"name": "b"}, SHARE | {"state": "lost"}]}), api=api)
    assert (none.result, none.status, none.cause) == (OpResult.FAIL, 404, "not-found")
    two = {"found": [SHARE | {"state": "making", "id": 1}, SHARE | {"id": 2}]}
    assert _asked(OpKind.GET, response(200, two), api=api).share == "2"


def test_a_share_that_cannot_be_looked_up_was_not_asked_to_change() -> None:
    api = _api(text=MINIMAL.replace('[delete]\npath = "/shares/{name}"', '[delete]\npath = "/shares/{id}"'))
    http = Answering([response(503)])
    answer = finished(api.ask(an_op(OpKind.DELETE), http))
    assert (answer.result, answer.status, answer.cause) == (OpResult.FAIL, None, "not-looked-up")
    assert http.lines == ["GET /shares/a"]


def test_a_size_is_rounded_up_to_the_units_of_the_service() -> None:
    http = Answering([response(202)])
    api = _api(text=MINIMAL.replace('size = "{size}"', 'size = "{size_gib}", text = "{size_mb} MB of {{x}}"'))
    finished(api.ask(an_op(OpKind.CREATE, size=1024**3 + 1), http))
    assert http.asked[0].body == b'{"name":"a","size":2,"text":"1074 MB of {x}"}'


FORM = 'form = { name = "{name}", size = "{size_gib}", tag = ["x", "{location} & co"], thin = true }'


def test_a_body_may_be_a_form_and_counts_in_the_unit_of_its_places() -> None:
    http = Answering([response(202)])
    api = _api(text=MINIMAL.replace('body = { name = "{name}", size = "{size}" }', FORM))
    finished(api.ask(an_op(OpKind.CREATE, name="a b", size=1024**3), http))
    assert dict(http.asked[0].headers)["content-type"] == "application/x-www-form-urlencoded"
    assert http.asked[0].body == b"name=a+b&size=1&tag=x&tag=north+%26+co&thin=true"
    assert api.size_unit == 1024**3


def test_a_change_without_a_body_says_nothing_of_one() -> None:
    http = Answering([response(202)])
    finished(
        _api(text=MINIMAL.replace('body = { name = "{name}", size = "{size}" }', "")).ask(an_op(OpKind.CREATE), http)
    )
    assert (http.asked[0].method, http.asked[0].body) == ("POST", b"")
    assert "content-type" not in dict(http.asked[0].headers)


LIST = MINIMAL.replace('items = ""', 'items = "/all"\npaging = {PAGING}')


@pytest.mark.parametrize(
    ("paging", "pages", "targets"),
    [
        (
            '{ by = "cursor", parameter = "after", next = "/next" }',
            [response(200, {"all": [SHARE], "next": "x y"}), response(200, {"all": [SHARE], "next": None})],
            ["/shares?in=north", "/shares?in=north&after=x+y"],
        ),
        (
            '{ by = "marker", parameter = "marker", limit = 1 }',
            [response(200, {"all": [SHARE]}), response(200, {"all": []})],
            ["/shares?in=north&limit=1", "/shares?in=north&limit=1&marker=7"],
        ),
        (
            '{ by = "offset", parameter = "offset", limit = 2 }',
            [response(200, {"all": [SHARE, SHARE]}), response(200, {"all": [SHARE]})],
            ["/shares?in=north&limit=2", "/shares?in=north&limit=2&offset=2"],
        ),
        (
            '{ by = "link" }',
            [
                response(
                    200, {"all": [SHARE]}, link='</shares?p=1>; rel="prev", <http://other/shares?p=2>; rel="next"'
                ),
                response(200, {"all": []}),
            ],
            ["/shares?in=north", "/shares?p=2"],
        ),
        (
            '{ by = "link", next = "/links/next" }',
            [response(200, {"all": [SHARE], "links": {"next": "/shares?p=2"}}), response(200, {"all": []})],
            ["/shares?in=north", "/shares?p=2"],
        ),
    ],
)
def test_a_list_is_read_page_by_page(paging: str, pages: list[HttpResponse], targets: list[str]) -> None:
    http = Answering(pages)
    shares = finished(_api(text=LIST.replace("{PAGING}", paging)).read_shares(http, ["north"]))
    assert [request.target for request in http.asked] == targets
    assert {(share.location, share.name) for share in shares} == {("north", "a")}


def test_a_list_that_names_the_same_page_again_ends() -> None:
    text = LIST.replace("{PAGING}", '{ by = "cursor", parameter = "after", next = "/next" }')
    page = response(200, {"all": [SHARE], "next": "x"})
    with pytest.raises(WorldError, match="names the same page again"):
        finished(_api(text=text).read_shares(Answering(lambda _: page), ["north"]))


@pytest.mark.parametrize("page", [response(500), HTML, response(200, {"shares": []}), response(200, [{}])])
def test_a_list_that_cannot_be_read_is_an_error_of_the_reading(page: HttpResponse) -> None:
    with pytest.raises(WorldError, match="/shares"):
        finished(_api().read_shares(Answering([page]), ["north"]))


def test_what_a_service_is_allowed_is_what_its_sheet_says() -> None:
    """A key counts wherever it is sent: in a header, or in a path or a body."""
    more = '\n[allowances]\ngrace = "30s"\nlate_effects = true\n'
    assert allowances_of(parse_sheet(MINIMAL, "sheet.toml")) == Allowances(keys=False)
    by_header = parse_sheet(MINIMAL + '[idempotency]\nheader = "X-Key"' + more, "sheet.toml")
    assert allowances_of(by_header) == Allowances(keys=True, grace=30.0, late_effects=True)
    by_body = MINIMAL.replace('size = "{size}"', 'request = "{key_uuid}"')
    assert allowances_of(parse_sheet(by_body, "sheet.toml")).keys
