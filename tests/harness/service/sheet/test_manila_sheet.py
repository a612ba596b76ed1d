"""The Manila sheet against a stand-in that answers as the documented API does."""

from harness.service.sheet.steps import StepResult
from reports.history import OpKind, OpResult
from tests.harness.service.sheet.answering import an_op
from tests.harness.service.sheet.manila_stand_in import TOKEN, ManilaStandIn
from tests.harness.service.sheet.walking import in_process, results, sheet, walked

URL = "http://manila/v2"
GIB = 1024**3


async def test_a_share_is_walked_through_its_life_but_for_names_that_are_not_unique() -> None:
    steps, left = await walked(sheet("manila", OS_TOKEN=TOKEN), ManilaStandIn().app, URL)
    wrong = {name: result for name, result in results(steps).items() if result is not StepResult.OK}
    assert wrong == {
        "create again": StepResult.WRONG,
        "delete": StepResult.WRONG,  # one more is there
        "get of none": StepResult.WRONG,
    }
    assert left is None


async def test_states_come_in_the_words_of_the_contract() -> None:
    steps, _ = await walked(sheet("manila", OS_TOKEN=TOKEN), ManilaStandIn().app, URL)
    assert next(step.understood for step in steps if step.name == "follow") == "pending, active"


async def test_a_share_is_extended_or_shrunk_by_its_present_size() -> None:
    stand_in, api = ManilaStandIn(), sheet("manila", OS_TOKEN=TOKEN).api
    async with in_process(stand_in.app, URL) as http:
        await api.ask(an_op(OpKind.CREATE, size=3 * GIB), http)
        (share,) = stand_in.shares.values()
        for number, (size, status) in enumerate([(5 * GIB, "extending"), (2 * GIB - 1, "shrinking")]):
            while (await api.ask(an_op(OpKind.GET), http)).state != "active":
                pass
            answer = await api.ask(an_op(OpKind.RESIZE, number=number, size=size), http)
            assert (answer.result, answer.status, answer.state) == (OpResult.OK, 202, "updating")
            assert share.status == status
    assert share.becomes == 2


async def test_a_create_that_failed_is_gone_and_its_name_is_free() -> None:
    stand_in, api = ManilaStandIn(fail_creates=True), sheet("manila", OS_TOKEN=TOKEN).api
    async with in_process(stand_in.app, URL) as http:
        await api.ask(an_op(OpKind.CREATE, size=GIB), http)
        while (answer := await api.ask(an_op(OpKind.GET), http)).state == "pending":
            pass
        assert (answer.result, answer.status) == (OpResult.FAIL, 404)
        assert await api.read_shares(http, ["north"]) == ()


async def test_an_operation_on_a_share_that_is_not_available_failed_for_certain() -> None:
    stand_in, api = ManilaStandIn(), sheet("manila", OS_TOKEN=TOKEN).api
    async with in_process(stand_in.app, URL) as http:
        await api.ask(an_op(OpKind.CREATE, size=GIB), http)
        answer = await api.ask(an_op(OpKind.DELETE, number=2), http)
    assert (answer.result, answer.status) == (OpResult.FAIL, 403)
    assert answer.message.startswith("Share status must be one of")


async def test_a_share_that_is_not_scheduled_yet_is_read_with_its_location() -> None:
    stand_in, api = ManilaStandIn(), sheet("manila", OS_TOKEN=TOKEN).api
    async with in_process(stand_in.app, URL) as http:
        await api.ask(an_op(OpKind.CREATE, size=GIB + 1), http)
        (share,) = await api.read_shares(http, ["north", "south"])
    assert (share.location, share.name, share.state, share.size) == ("north", "a", "pending", 2 * GIB)


async def test_a_wrong_token_is_a_certain_refusal_that_does_not_show_it() -> None:
    async with in_process(ManilaStandIn().app, URL) as http:
        answer = await sheet("manila", OS_TOKEN="wrong").api.ask(an_op(OpKind.CREATE, size=GIB), http)
    assert (answer.result, answer.status) == (OpResult.FAIL, 401)
    assert "wrong" not in str(answer)


async def test_a_retry_of_a_delete_concerns_the_share_that_the_first_try_found() -> None:
    stand_in, api = ManilaStandIn(), sheet("manila", OS_TOKEN=TOKEN).api
    async with in_process(stand_in.app, URL) as http:
        await api.ask(an_op(OpKind.CREATE, size=GIB), http)
        while (await api.ask(an_op(OpKind.GET), http)).state != "active":
            pass
        delete = an_op(OpKind.DELETE, number=7)
        assert (await api.ask(delete, http)).result is OpResult.OK
        await api.ask(an_op(OpKind.CREATE, number=8, size=GIB), http)
        again = await api.ask(delete, http)
    assert again.result is OpResult.FAIL  # the first share is being deleted; the second one is left alone
    assert sorted(share.status for share in stand_in.shares.values()) == ["creating", "deleting"]
