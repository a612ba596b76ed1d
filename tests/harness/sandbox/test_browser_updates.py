"""The page of a sandbox in a real browser while it changes: nobody loses the place, and nothing queues up."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.harness.sandbox.browsing import WITHIN, opened, press

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

_HELD = "document.activeElement.ariaLabel"
_PANEL = "name => document.querySelector(`[data-panel=${name}]`).innerHTML"


def _made(page: Page, name: str) -> None:
    page.locator("#portal input[name=name]").fill(name)
    press(page, "#portal button[value=create]")
    expect(page.locator("#said")).to_contain_text(f"create north/{name}: ", timeout=WITHIN)
    expect(page.locator("#shares")).to_contain_text(f"north/{name}", timeout=WITHIN)


def _show(page: Page, name: str, html: str) -> None:
    """Let the next answer about panels be this one."""
    answer = json.dumps({"seen": "x-1", "panels": {name: html}})
    page.route("**/panels?*", lambda route: route.fulfill(body=answer, content_type="application/json"))
    page.evaluate("document.body.dispatchEvent(new Event('sse:changed'))")


@pytest.mark.parametrize("failure", ["no answer", "status 500", "status 503"])
def test_a_story_that_did_not_come_is_shown_and_can_be_asked_for_again(
    browser: Browser, url: str, failure: str
) -> None:
    page, _ = opened(browser, url)
    _made(page, "asked-twice")
    story = "button[aria-label='Story of north/asked-twice']"

    def fail(route: Route) -> None:
        if failure == "no answer":
            route.abort()
        else:
            route.fulfill(status=int(failure.split()[1]), body="It cannot be read.", content_type="text/html")

    page.route("**/story/**", fail, times=1)
    press(page, story)
    expected = "did not answer" if failure == "no answer" else "It cannot be read."
    expect(page.locator("#said")).to_contain_text(expected, timeout=WITHIN)
    press(page, story)
    expect(page.locator("#story .story-lane")).to_have_count(8, timeout=WITHIN)
    page.context.close()


def test_a_story_that_cannot_be_read_at_the_moment_comes_by_itself(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url)
    _made(page, "later")
    press(page, "button[aria-label='Kill the api']")
    expect(page.locator("button[aria-label='Start the api']")).to_be_visible(timeout=WITHIN)
    press(page, "button[aria-label='Story of north/later']")
    press(page, "button[aria-label='Start the api']")
    expect(page.locator("#story .story-lane")).to_have_count(8, timeout=WITHIN)
    page.context.close()


def _row_above(html: str) -> str:
    row = '<ul class="plain"><li id="part-zero"><button aria-label="Kill the zero">Kill</button></li>'
    return html.replace('<ul class="plain">', row)


def _reversed(html: str) -> str:
    head, *rows = html.split("<li ")
    *rows, last = rows
    last, end = last.split("</ul>")
    return head + "".join(f"<li {row}" for row in [last, *reversed(rows)]) + f"</ul>{end}"


@pytest.mark.parametrize("change", [_row_above, _reversed])
def test_who_is_about_to_press_enter_presses_what_was_focused(
    browser: Browser, url: str, change: Callable[[str], str]
) -> None:
    page, _ = opened(browser, url)
    page.locator("button[aria-label='Pause the processor']").focus()
    page.locator("button[aria-label='Pause the processor']").evaluate("one => { window.held = one; }")
    _show(page, "processes", change(page.evaluate(_PANEL, "processes")))
    first = "Kill the zero" if change is _row_above else "Start the processor-2"
    expect(page.locator("#processes li button").first).to_have_attribute("aria-label", first, timeout=WITHIN)
    assert page.evaluate(_HELD) == "Pause the processor"
    assert page.evaluate("document.activeElement === window.held")
    page.context.close()


def test_the_place_is_kept_where_a_button_is_replaced(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url)
    page.locator("button[aria-label='Terminate the processor']").focus()
    html = page.evaluate(_PANEL, "processes")
    assert isinstance(html, str)
    lines = [line for line in html.splitlines() if ' the processor"' not in line or "Kill" in line]
    _show(page, "processes", "\n".join(lines))
    expect(page.locator("button[aria-label='Terminate the processor']")).to_have_count(0, timeout=WITHIN)
    assert page.evaluate(_HELD) == "Kill the processor"
    page.context.close()


def test_what_somebody_opened_selected_or_typed_stays(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url)
    _made(page, "stays")
    page.locator("#portal .answers details summary").first.click()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#portal .answers b'))")
    chosen = page.evaluate("String(getSelection())")
    assert "stays" in chosen
    page.locator("#portal .answers details").first.evaluate("one => { window.opened = one; }")
    look = "new URLSearchParams({ask: 'get', location: 'north', name: 'stays'})"
    page.evaluate(f"fetch('/portal', {{method: 'POST', body: {look}}}).then(() => null)")
    expect(page.locator("#portal .answers b").first).to_contain_text("get north/stays", timeout=WITHIN)
    assert page.evaluate("window.opened.isConnected && window.opened.open")
    assert page.evaluate("String(getSelection())") == chosen
    page.context.close()


def test_a_slow_browser_asks_for_one_thing_at_a_time(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    under_way, at_once = set[Request](), list[int]()

    def begins(request: Request) -> None:
        if "/panels" in request.url:
            under_way.add(request)
            at_once.append(len(under_way))

    page.on("request", begins)

    def ends(request: Request) -> None:
        under_way.discard(request)

    page.on("requestfinished", ends)
    page.on("requestfailed", ends)
    press(page, "header button:has-text('Start the load')")
    expect(page.locator("header button:has-text('Stop the load')")).to_have_count(1, timeout=WITHIN)
    while len(at_once) < 5:
        page.wait_for_timeout(50)
    press(page, "header button:has-text('Stop the load')")
    expect(page.locator("header button:has-text('Start the load')")).to_have_count(1, timeout=WITHIN)
    assert set(at_once) == {1}
    page.context.close()
