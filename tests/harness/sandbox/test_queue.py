"""The queue on the page: what waits, clusters that are held up, and dead letters that are counted and requeued."""

import asyncio
from html import unescape
from pathlib import Path

import httpx

from harness.sandbox.sandbox import Sandbox
from tests.harness.sandbox.standing import in_sandbox

ONE = {"ask": "create", "location": "north", "name": "one", "size": "1 GiB"}


async def _page(client: httpx.AsyncClient) -> str:
    return (await client.get("/")).text


def test_a_paused_cluster_makes_shares_wait_and_says_why_until_it_is_lifted(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        held = {"where": "north", "kind": "pause", "reason": "a new <disk>", "seconds": "10m"}
        assert (await client.post("/queue/hold", data=held)).text == "pause: north, for 600 s"
        assert (await client.post("/portal", data=ONE)).text == "create north/one: 202"
        await asyncio.sleep(5)
        assert sandbox.table.counts() == {"pending": 1}
        shown = await _page(client)
        assert "north is paused by sandbox until " in shown
        assert "a new &lt;disk&gt;" in shown
        assert "operations under way: 1" in shown
        calm = [sandbox.is_calm]
        assert (await client.post("/queue/lift/north")).text == "north is not held up any more"
        await asyncio.sleep(5)
        assert sandbox.table.counts() == {"active": 1}
        assert [*calm, sandbox.is_calm] == [False, True]
        assert [row.action for row in sandbox.world.nemesis_log.actions] == ["hold", "lift"]

    in_sandbox(tmp_path, test)


def test_a_drained_cluster_accepts_nothing_and_healing_lifts_it(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        await client.post("/queue/hold", data={"where": "north", "kind": "drain", "reason": "it moves"})
        refused = await client.post("/portal", data=ONE)
        assert refused.text.startswith("create north/one: 503")
        await client.post("/heal")
        assert (await client.post("/portal", data=ONE)).text == "create north/one: 202"

    in_sandbox(tmp_path, test)


def test_a_share_that_the_retry_budget_holds_back_says_so(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        await client.post("/portal", data=ONE | {"name": "zero"})
        await asyncio.sleep(5)
        assert sandbox.table.counts() == {"active": 1}, "the cluster has said what it can do"
        await client.post("/clusters/north/faults", data={"kind": "no_exit_status"})
        await client.post("/portal", data=ONE)
        for _ in range(10):
            await asyncio.sleep(2)
            if "the retry budget of north is used up: it is tried again at " in await _page(client):
                return
        raise AssertionError(await _page(client))

    in_sandbox(tmp_path, test, text="[pipeline.retry]\nattempts = 1000\nbudget = 0.0\nfloor = 0.01\nburst = 1\n")


def test_dead_letters_are_shown_with_their_reason_counted_first_and_requeued(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        await client.post("/clusters/north/faults", data={"kind": "hang"})
        await client.post("/portal", data=ONE)
        for _ in range(12):  # the processor dies in the midst of each claim, as often as a record may take one along
            await asyncio.sleep(3)
            if sandbox.queue.state is not None and sandbox.queue.state.dead:
                break
            await client.post("/parts/processor/kill")
            await client.post("/parts/processor/start")
        assert sandbox.queue.state is not None
        assert [(row.location, row.name) for row in sandbox.queue.state.dead] == [("north", "one")]
        shown = await _page(client)
        assert "is a dead letter, which nobody works on until it is requeued: " in shown
        assert "No dead letter matches" in (await client.post("/queue/count", data={"location": "south"})).text
        counted = (await client.post("/queue/count", data={"location": "north", "reason": "claim"})).text
        assert "1 dead letter match" in counted
        assert "Requeue it" in counted
        await client.post("/heal")
        assert (await client.post("/queue/requeue", data={"location": "north"})).text == "requeued: 1"
        await asyncio.sleep(12)
        assert sandbox.table.counts() == {"active": 1}

    brief = "connect = '500ms'\nlogin = '500ms'\nchannel = '500ms'\ncommand = '4s'\n"
    text = f"[pipeline.processor]\npoison = 2\nlease = '6s'\n[pipeline.command]\n{brief}"
    in_sandbox(tmp_path, test, text=text)


WRONG = [
    ("/queue/hold", {"where": "mars", "kind": "pause", "reason": "x"}, "no cluster 'mars'"),
    ("/queue/hold", {"where": "north", "kind": "stop", "reason": "x"}, "accepted: pause, drain"),
    ("/queue/hold", {"where": "north", "kind": "pause", "reason": " "}, "reason: say why"),
    ("/queue/hold", {"where": "north", "kind": "pause", "reason": "x", "seconds": "soon"}, "seconds: 'soon'"),
    ("/queue/lift/mars", {}, "no cluster 'mars'"),
    ("/queue/lift/north", {}, "Nothing is held up there"),
    ("/clusters/north/speed", {"failures": "101"}, "failures: '101'"),
    ("/clusters/north/speed", {"tail": "fat"}, "tail: 'fat'"),
    ("/clusters/north/faults", {"kind": "hang", "for": "ever"}, "for: 'ever'"),
    ("/clusters/north/faults", {"kind": "hang", "for": "while", "seconds": "-1"}, "seconds: '-1'"),
    ("/parts/processor/stop", {}, "the processor belongs to the service"),
]


def test_a_wrong_form_is_one_clear_sentence(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> list[tuple[int, str]]:
        answers = [await client.post(path, data=form) for path, form, _ in WRONG]
        return [(answer.status_code, unescape(answer.text)) for answer in answers]

    for (path, _, complaint), (status, text) in zip(WRONG, in_sandbox(tmp_path, test), strict=True):
        assert (path, status, complaint in text) == (path, 422, True), text


def test_sliders_set_faults_that_are_counted_and_healed(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        tuned = {"base": "lan", "factor": "3", "tail": "10", "failures": "50"}
        await client.post("/clusters/north/speed", data=tuned)
        assert [row.rule.label for row in sandbox.by_hand.faults.on("north")] == ["slow tail", "failure ratio"]
        await client.post("/clusters/north/speed", data=tuned | {"failures": "100"})
        assert [row.rule.label for row in sandbox.by_hand.faults.on("north")] == ["slow tail", "failure ratio 2"]
        for name in ("one", "two"):
            await client.post("/portal", data=ONE | {"name": name})
        await asyncio.sleep(10)
        shown = await _page(client)
        assert "<b>failure ratio 2</b> (error_exit) is on, struck" in shown
        assert sandbox.by_hand.speeds.of["north"].factor == 3
        assert 'name="failures" min="0" max="100" step="5" value="100"' in shown
        await client.post("/heal")
        assert sandbox.by_hand.is_calm
        assert 'name="failures" min="0" max="100" step="5" value="0"' in await _page(client)

    in_sandbox(tmp_path, test)


def test_what_can_be_asked_of_a_share_is_asked_and_answered_as_it_came(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> list[str]:
        await client.post("/portal", data=ONE)
        answers = []
        for ask in ("allow", "deny", "snapshot-create", "snapshot-delete", "verify", "resize", "get", "delete"):
            await asyncio.sleep(5)
            answers.append((await client.post("/portal", data=ONE | {"ask": ask, "size": "2 GiB"})).text)
        assert "PUT /v1/shares" in await _page(client) or "POST /v1/shares/north/one" in await _page(client)
        return [answer.rpartition(" ")[2] for answer in answers]

    assert in_sandbox(tmp_path, test) == ["202", "202", "202", "202", "202", "202", "200", "202"]


def test_a_service_that_shows_no_queue_says_so(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        sandbox.queue._operator = None
        sandbox.queue.state = None
        sandbox.changed.set()
        assert "The service does not show its queue" in await _page(client)
        answer = await client.post("/queue/hold", data={"where": "north", "kind": "pause", "reason": "x"})
        assert (answer.status_code, "does not show its queue" in answer.text) == (422, True)

    in_sandbox(tmp_path, test)


def test_the_queue_of_an_api_that_is_down_is_unknown_and_not_empty_and_healing_lifts_what_it_holds(
    tmp_path: Path,
) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        await client.post("/queue/hold", data={"where": "south", "kind": "pause", "reason": "a test"})
        await client.post("/parts/api/kill")
        answer = await client.post("/queue/hold", data={"where": "north", "kind": "pause", "reason": "x"})
        assert (answer.status_code, "the API does not answer" in answer.text) == (422, True)
        await asyncio.sleep(2)
        assert "The API does not answer, so its queue is not known" in await _page(client)
        await client.post("/heal")
        assert sandbox.queue.state is not None
        assert sandbox.queue.state.holds == ()

    in_sandbox(tmp_path, test)


def test_a_design_without_a_processor_offers_no_holds(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        assert "so no cluster can be held up" in await _page(client)
        answer = await client.post("/queue/hold", data={"where": "north", "kind": "pause", "reason": "x"})
        assert (answer.status_code, "works without a processor" in answer.text) == (422, True)
        assert (await client.post("/portal", data=ONE)).status_code == 200

    in_sandbox(tmp_path, test, text="[pipeline]\ndesign = 'blocking'\n")
