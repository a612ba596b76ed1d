"""The page of a sandbox in a real browser: the first minutes by keyboard alone, and no barrier that axe finds."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.sandbox.folder import SandboxFolder
from harness.sandbox.up_file import read_up_file
from tests.harness.cli.serving import serving
from tests.real_parts import need
from tests.reports.screens import FLAGS

pytestmark = pytest.mark.xdist_group("browser")  # what they share is made once

_WITHIN = 60_000.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = need("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("box")
    with serving("up", "--no-browser", "--folder", str(folder), where=folder.parent):
        up = read_up_file(SandboxFolder(root=folder).up)
        assert up is not None
        yield up.url


def _opened(browser: Browser, url: str, width: int = 1280, scheme: str = "light") -> tuple[Page, list[str]]:
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two literals
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(_WITHIN)
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    return page, complaints


def _press(page: Page, selector: str, key: str = "Enter") -> None:
    page.locator(selector).focus()
    page.keyboard.press(key)


@pytest.mark.timeout(300)
def test_the_first_minutes_are_walked_by_keyboard_alone(browser: Browser, url: str) -> None:
    page, complaints = _opened(browser, url)
    assert "token" not in page.url
    _press(page, "#portal button[value=create]")
    expect(page.locator("#shares .state-chip.active")).to_have_count(1, timeout=_WITHIN)
    _press(page, "#portal button[value=create]")
    expect(page.locator("#portal .chip.invalid")).to_have_count(1, timeout=_WITHIN)
    _press(page, "summary:has-text('Faults of north')")
    page.wait_for_selector("form.rule")
    _press(page, "button[aria-label='Let reply_lost strike once at north']")
    expect(page.locator("#clusters .on b")).to_have_text("reply_lost", timeout=_WITHIN)
    _press(page, "button[aria-label='Kill the processor']")
    page.locator("#portal input[name=name]").fill("second")
    _press(page, "#portal button[value=create]")
    expect(page.locator("#shares")).to_contain_text("the processor is down", timeout=_WITHIN)
    _press(page, "header button:has-text('Heal all')")
    expect(page.locator("#shares .state-chip.active")).to_have_count(2, timeout=_WITHIN)
    _press(page, "button[aria-label='Story of north/second']")
    expect(page.locator("#story .story-lane")).to_have_count(8, timeout=_WITHIN)
    expect(page.locator("#verdict")).to_contain_text("valid", timeout=_WITHIN)
    _press(page, "#past input", "Home")
    expect(page.locator("#past-body")).to_contain_text("ago", timeout=_WITHIN)
    assert [text for text in complaints if "409" not in text] == []  # a refused request is no error of the page
    page.context.close()


@pytest.mark.timeout(300)
def test_a_cluster_is_tuned_held_up_and_let_go_by_keyboard_alone(browser: Browser, url: str) -> None:
    page, complaints = _opened(browser, url)
    _press(page, "#clusters article:first-of-type input[name=failures]", "ArrowRight")
    expect(page.locator("#clusters .on b").first).to_have_text("failure ratio", timeout=_WITHIN)
    expect(page.locator("#clusters article:first-of-type input[name=failures] + output")).to_have_text("5 %")
    page.locator("#hold input[name=reason]").fill("<b>new disks</b>")
    _press(page, "#hold button[value=pause]")
    expect(page.locator("#queue table")).to_contain_text("<b>new disks</b>", timeout=_WITHIN)
    page.locator("#portal input[name=name]").fill("held")
    _press(page, "#portal button[value=create]")
    expect(page.locator("#shares")).to_contain_text("north is paused by sandbox until that is lifted", timeout=_WITHIN)
    _press(page, "button[aria-label='Start the processor-2']")
    expect(page.locator("button[aria-label='Stop the processor-2']")).to_have_count(1, timeout=_WITHIN)
    _press(page, "header button:has-text('Start the load')")
    expect(page.locator("header button:has-text('Stop the load')")).to_have_count(1, timeout=_WITHIN)
    expect(page.locator("#metrics polyline").first).to_be_attached(timeout=_WITHIN)
    _press(page, "header button:has-text('Stop the load')")
    _press(page, "#queue button:has-text('Count dead letters')")
    expect(page.locator("#requeue")).to_have_text("No dead letter matches.", timeout=_WITHIN)
    _press(page, "header button:has-text('Heal all')")
    expect(page.locator("#queue .chip.unknown")).to_have_count(0, timeout=_WITHIN)
    expect(page.locator("#clusters article:first-of-type input[name=failures]")).to_have_value("0", timeout=_WITHIN)
    assert complaints == []
    page.context.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (400, "dark"), (1600, "dark"), (1280, "light")])
def test_the_page_is_for_everyone_at_any_width(browser: Browser, url: str, width: int, scheme: str) -> None:
    page, complaints = _opened(browser, url, width, scheme)
    page.locator("summary:has-text('Faults of slow')").click()
    page.wait_for_selector("form.rule")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    serious = [row for row in found.response["violations"] if row["impact"] in {"serious", "critical"}]
    assert [(row["id"], row["nodes"][0]["html"][:160]) for row in serious] == []
    assert complaints == []
    page.context.close()


def test_what_a_share_is_called_cannot_become_part_of_the_page(browser: Browser, url: str) -> None:
    page, _ = _opened(browser, url)
    name = "<img src=x onerror=alert(1)>"
    page.locator("#portal input[name=name]").fill(name)
    _press(page, "#portal button[value=create]")
    expect(page.locator("#portal .answers li").first).to_contain_text(name, timeout=_WITHIN)
    assert page.locator("img").count() == 0
    page.context.close()
