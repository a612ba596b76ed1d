"""A share that is addressed by its id is found by its name first."""

from harness.http_client import HttpRequest, HttpResponse
from harness.service.sheet.api import SheetApi
from harness.service.sheet.loading import parse_sheet
from reports.history import OpKind, OpResult
from tests.harness.service.sheet.answering import Answering, an_op, finished, response
from tests.harness.service.sheet.samples import MINIMAL

BY_ID = MINIMAL.replace('path = "/shares/{name}"', 'path = "/shares/{id}"').replace('items = ""', 'items = "/all"')
FIND = '[find]\npath = "/shares?name={name}"\nitems = "/all"\n[[answers]]'
ON = {"name": "a", "state": "on", "id": 7, "size": 5}


def _served(request: HttpRequest) -> HttpResponse:
    """Three shares in a list, and the one with id 7."""
    if request.method == "DELETE":
        return response(202)
    if request.target == "/shares/7":
        return response(200, ON)
    return response(200, {"all": [ON | {"name": "b", "id": 6}, ON]})


def _asked(text: str, kind: OpKind) -> list[str]:
    http = Answering(_served)
    answer = finished(SheetApi(parse_sheet(text, "sheet.toml"), {}).ask(an_op(kind), http))
    assert answer.result is OpResult.OK
    return http.lines


def test_the_list_is_looked_through_where_a_sheet_says_no_better_way() -> None:
    assert _asked(BY_ID, OpKind.GET) == ["GET /shares?in=north", "GET /shares/7"]
    assert _asked(BY_ID, OpKind.DELETE) == ["GET /shares?in=north", "DELETE /shares/7"]


def test_a_request_that_finds_by_name_takes_its_place() -> None:
    text = BY_ID.replace("[[answers]]", FIND)
    assert _asked(text, OpKind.GET) == ["GET /shares?name=a", "GET /shares/7"]
    assert _asked(text, OpKind.DELETE) == ["GET /shares?name=a", "DELETE /shares/7"]


def test_a_get_by_name_finds_it_too() -> None:
    text = MINIMAL.replace('[delete]\npath = "/shares/{name}"', '[delete]\npath = "/shares/{id}"')
    http = Answering([response(200, ON), response(202)])
    finished(SheetApi(parse_sheet(text, "sheet.toml"), {}).ask(an_op(OpKind.DELETE), http))
    assert http.lines == ["GET /shares/a", "DELETE /shares/7"]


def test_a_share_that_is_not_there_is_not_asked_for() -> None:
    http = Answering([response(200, {"all": []})])
    answer = finished(SheetApi(parse_sheet(BY_ID, "sheet.toml"), {}).ask(an_op(OpKind.DELETE), http))
    assert (answer.result, answer.status, http.lines) == (OpResult.FAIL, 404, ["GET /shares?in=north"])


def test_a_share_without_an_id_is_not_understood() -> None:
    http = Answering([response(200, {"all": [ON | {"id": None}]})])
    answer = finished(SheetApi(parse_sheet(BY_ID, "sheet.toml"), {}).ask(an_op(OpKind.GET), http))
    assert (answer.result, answer.message) == (OpResult.INFO, "the id of the share is missing")
