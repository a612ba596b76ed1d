"""The page with 10,000 shares and 100 events a second: no task of it is long, its memory stays, and it keeps up."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from connector.http_server import http_server
from harness.sandbox.app import sandbox_app
from harness.sandbox.folder import SandboxFolder, kept_by_this_process
from harness.sandbox.guard import PageGuard
from harness.sandbox.happened import Happening
from harness.sandbox.live_verdict import LiveJudge
from harness.sandbox.opening import open_sandbox
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.serving import PAGE_LIMITS, SandboxRequests
from harness.scenario.parse import parse_scenario
from tests.chromium import FLAGS
from tests.harness.sandbox.rows import change
from tests.harness.sandbox.standing import CLUSTERS
from tests.real_parts import need

_SHARES = 10_000
_RATE = 100
_WARM = 10
"""Seconds until the page has what it keeps."""
_LONGEST = 50
"""Milliseconds of a task, by the browser's own account of long ones."""
_TO_SCREEN = 250
"""Milliseconds from an event in the sandbox to the page, for 95 of 100: as a line, and in the table of shares."""
_GROWTH = 1.25
_TOKEN = "t0ken"

_WATCH = """() => {
  const values = (most) => ({all: new Float64Array(most), count: 0, push(one) { this.all[this.count++] = one; }});
  window.long = values(10000); window.late = values(100000); window.shown = values(100000);  // no heap grows by them
  new PerformanceObserver((list) => list.getEntries().forEach((row) => window.long.push(row.duration)))
    .observe({type: "longtask"});
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      const at = /sent (\\d+)/.exec(node.textContent || "");
      if (at) window.late.push(Date.now() - Number(at[1]));
    }
  }).observe(document.querySelector("[data-lines]"), {childList: true});
  new MutationObserver(() => {
    const at = /seen (\\d+)/.exec(document.querySelector("#shares tbody tr").textContent);
    if (at) window.shown.push(Date.now() - Number(at[1]));
  }).observe(document.querySelector("#shares"), {childList: true, characterData: true, subtree: true});
}"""
_HEAP = "() => { window.gc && window.gc(); return performance.memory.usedJSHeapSize; }"


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("lasting", [60, 600])
async def test_the_page_keeps_up_with_many_shares_and_events(tmp_path: Path, lasting: int) -> None:
    place = SandboxFolder(root=tmp_path / "box")
    scenario = parse_scenario(f'title = "Many"\n[workload]\nrate = 1.0\nduration = "10m"\n{CLUSTERS}', "many.toml")
    with kept_by_this_process(place):
        async with open_sandbox(scenario, place) as sandbox:
            judge = LiveJudge(sandbox, sandbox.changed.set)
            requests = SandboxRequests(asyncio.Event(), asyncio.Event())
            app = PageGuard(sandbox_app(sandbox, judge, requests, place.running), token=_TOKEN, host="127.0.0.1")
            async with http_server(app, "127.0.0.1", 0, grace=1, limits=PAGE_LIMITS) as url:
                seen = await _watched(sandbox, f"{url}/?token={_TOKEN}", lasting)
            sandbox.changed.close()
    print("\n".join([_told(name, seen[name]) for name in ("late", "shown", "long")]), f"heaps: {seen['heaps']}")
    assert len(seen["late"]) > _RATE * lasting / 2
    assert len(seen["shown"]) > lasting
    assert _p95(seen["late"]) <= _TO_SCREEN, _told("late", seen["late"])
    assert _p95(seen["shown"]) <= _TO_SCREEN, _told("shown", seen["shown"])
    assert max(seen["long"], default=0) <= _LONGEST, _told("long", seen["long"])
    assert seen["heaps"][-1] <= seen["heaps"][0] * _GROWTH, seen["heaps"]


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _told(what: str, values: Sequence[float]) -> str:
    if not values:
        return f"{what}: none"
    ordered = sorted(values)
    median, most = ordered[len(ordered) // 2], ordered[-1]
    return f"{what}: {len(ordered)} values, median {median:g}, p95 {_p95(values):g}, most {most:g}"


async def _watched(sandbox: Sandbox, url: str, lasting: int) -> dict[str, list[float]]:
    """late, shown: delays of lines, and of the first row of the table; long: durations of long tasks; all in
    milliseconds. heaps: sizes of the heap."""
    async with async_playwright() as playwright:
        flags = [*FLAGS, "--js-flags=--expose-gc", "--enable-precise-memory-info"]
        browser = await playwright.chromium.launch(executable_path=need("chromium"), args=flags)
        page = await browser.new_page()
        await page.goto(url)
        feeding = asyncio.ensure_future(_feed(sandbox))
        try:
            await asyncio.sleep(_WARM)
            await page.evaluate(_WATCH)
            heaps = [await page.evaluate(_HEAP)]
            for _ in range(6):
                await asyncio.sleep(lasting / 6)
                heaps.append(await page.evaluate(_HEAP))
            return {name: await _list(page, name) for name in ("late", "shown", "long")} | {"heaps": heaps}
        finally:
            feeding.cancel()
            await browser.close()


async def _list(page: Page, name: str) -> list[float]:
    found: Any = await page.evaluate(f"() => Array.from(window.{name}.all.subarray(0, window.{name}.count))")
    return list(found)


async def _feed(sandbox: Sandbox) -> None:
    """Shares, and then a change of one of them and of the newest, and a line about it, over and over."""
    now = sandbox.world.clock.now
    for number in range(_SHARES):
        sandbox.table.moved(_move(number, now(), None, "pending"))
    loop = asyncio.get_running_loop()
    began, number = loop.time(), 0
    while True:
        number += 1
        sandbox.table.moved(_move(number % _SHARES, now(), "pending", "active" if number // _SHARES % 2 else "pending"))
        sent = round(sandbox.world.clock.clock() * 1000)
        sandbox.table.moved(_move(_SHARES, now(), "pending", "failing", reason=f"seen {sent}"))
        sandbox.say(Happening(at=now(), kind="change", text=f"share {number} moved, sent {sent}"))
        await asyncio.sleep(max(0.0, began + number / _RATE - loop.time()))


def _move(number: int, at: float, before: str | None, after: str, **values: Any) -> Any:
    return change(number, at, before, after, share=f"s{number}", name=f"share-{number:05}", location="north", **values)
