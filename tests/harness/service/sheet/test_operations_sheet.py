"""Operation resources are followed until they are done, against a stand-in in the manner of AIP-151."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from harness.http_client import HttpResponse
from harness.service.sheet.api import SheetApi
from harness.service.sheet.loading import parse_sheet
from harness.service.sheet.steps import StepResult
from reports.history import OpKind, OpResult
from tests.harness.service.sheet.answering import Answering, an_op, response
from tests.harness.service.sheet.operations_stand_in import OperationsStandIn
from tests.harness.service.sheet.samples import MINIMAL
from tests.harness.service.sheet.walking import in_process, results, sheet, walked


async def test_a_share_is_walked_through_its_life() -> None:
    steps, left = await walked(sheet("operations"), OperationsStandIn().app)
    bad = {step.name: step for step in steps if step.result not in {StepResult.OK, StepResult.SKIPPED}}
    assert bad == {}
    assert {name for name, result in results(steps).items() if result is StepResult.SKIPPED} == {"allow", "deny"}
    assert left is None


async def test_a_repeat_that_is_refused_although_its_key_was_accepted_is_wrong_and_names_s6() -> None:
    class Forgetful(OperationsStandIn):
        def _repeated(self, request: Request) -> Response | None:
            return None

    steps, _ = await walked(sheet("operations"), Forgetful().app)
    (wrong,) = [step for step in steps if step.result is StepResult.WRONG]
    assert wrong.name == "create again, same key"
    assert wrong.understood.startswith("refused: ALREADY_EXISTS")
    assert wrong.understood.endswith("this key was accepted before, so a run may break S6")


async def test_a_share_that_is_nowhere_while_its_create_runs_is_pending() -> None:
    api = sheet("operations").api
    async with in_process(OperationsStandIn().app) as http:
        created = await api.ask(an_op(OpKind.CREATE, size=7), http)
        first = await api.ask(an_op(OpKind.GET), http)
    assert (created.result, created.status, created.state) == (OpResult.OK, 202, "pending")
    assert (first.result, first.state) == (OpResult.OK, "pending")


async def test_why_an_operation_failed_is_said_with_the_share_that_is_not_there() -> None:
    api = sheet("operations").api
    async with in_process(OperationsStandIn(failing=frozenset({"a"})).app) as http:
        await api.ask(an_op(OpKind.CREATE, size=7), http)
        while (answer := await api.ask(an_op(OpKind.GET), http)).state == "pending":
            pass
    assert (answer.result, answer.status, answer.reason) == (OpResult.FAIL, 404, "the backend is full")


async def test_a_repeated_create_is_answered_alike_while_it_runs_and_when_it_is_done() -> None:
    api = sheet("operations").api
    create = an_op(OpKind.CREATE, size=7)
    async with in_process(OperationsStandIn().app) as http:
        first = await api.ask(create, http)
        assert await api.ask(create, http) == first
        while (await api.ask(an_op(OpKind.GET), http)).state == "pending":
            pass
        assert await api.ask(create, http) == first
        assert (await api.ask(an_op(OpKind.GET), http)).state == "active"


async def test_all_pages_of_all_locations_are_read() -> None:
    stand_in = OperationsStandIn()
    for location in ("north", "south"):
        for number in range(1001):
            name = f"locations/{location}/shares/{number}"
            stand_in.shares[name] = {"name": name, "uid": name, "sizeBytes": "5", "state": "ACTIVE"}
    async with in_process(stand_in.app) as http:
        shares = await sheet("operations").api.read_shares(http, ["north", "south"])
    assert len({(share.location, share.name) for share in shares}) == 2002


LOCATION = (
    MINIMAL
    + """
follow = "operation"
[operation]
header = "Location"
done = { "/status" = ["done", "failed"] }
failed = { "/status" = "failed" }
reason = "/why"
"""
)


@pytest.fixture
def by_location() -> SheetApi:
    text = LOCATION.replace('\nfollow = "operation"', "").replace("format = 1", 'format = 1\nfollow = "operation"')
    return SheetApi(parse_sheet(text, "sheet.toml"), {})


ACTIVE = response(200, {"name": "a", "state": "on"})


@pytest.mark.parametrize(
    ("last", "requests"),
    [
        (response(200, {"status": "done"}), 2),
        (response(303, location="/shares/a"), 2),
        (response(404), 2),  # it has been forgotten, and the share tells
    ],
)
async def test_a_location_is_followed_until_it_says_that_it_is_done(
    by_location: SheetApi, last: HttpResponse, requests: int
) -> None:
    named = response(202, location="http://elsewhere/jobs/1?x=y")
    http = Answering([named, response(200, {"status": "running"}), last, ACTIVE])
    created = await by_location.ask(an_op(OpKind.CREATE, size=1), http)
    seen = [await by_location.ask(an_op(OpKind.GET), http) for _ in range(2)]
    assert [answer.state for answer in (created, *seen)] == ["pending", "pending", "active"]
    assert http.lines == ["POST /shares", *["GET /jobs/1?x=y"] * requests, "GET /shares/a"]


async def test_an_operation_that_is_no_path_is_not_understood(by_location: SheetApi) -> None:
    answer = await by_location.ask(an_op(OpKind.CREATE, size=1), Answering([response(202, location="jobs/1")]))
    assert (answer.result, answer.cause) == (OpResult.INFO, "unreadable-answer")
    assert "operation.path" in answer.message


async def test_an_operation_that_cannot_be_read_leaves_the_share_unknown(by_location: SheetApi) -> None:
    http = Answering([response(202, location="/jobs/1"), response(500), response(200, b"<html>")])
    await by_location.ask(an_op(OpKind.CREATE, size=1), http)
    seen = [await by_location.ask(an_op(OpKind.GET), http) for _ in range(2)]
    assert [answer.result for answer in seen] == [OpResult.INFO, OpResult.INFO]
