"""The page of a sandbox in a real browser: the first minutes by keyboard alone, and no barrier that axe finds."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.harness.sandbox.browsing import WITHIN, opened, press

pytestmark = pytest.mark.xdist_group("browser")  # what they share is made once


@pytest.mark.timeout(300)
def test_the_first_minutes_are_walked_by_keyboard_alone(browser: Browser, url: str) -> None:
    page, complaints = opened(browser, url)
    assert "token" not in page.url
    press(page, "#portal button[value=create]")
    expect(page.locator("#shares .state-chip.active")).to_have_count(1, timeout=WITHIN)
    press(page, "#portal button[value=create]")
    expect(page.locator("#portal .chip.invalid")).to_have_count(1, timeout=WITHIN)
    press(page, "summary:has-text('Faults of north')")
    page.wait_for_selector("form.rule")
    press(page, "button[aria-label='Let reply_lost strike once at north']")
    expect(page.locator("#clusters .on b")).to_have_text("reply_lost", timeout=WITHIN)
    press(page, "button[aria-label='Kill the processor']")
    page.locator("#portal input[name=name]").fill("second")
    press(page, "#portal button[value=create]")
    expect(page.locator("#shares")).to_contain_text("the processor is down", timeout=WITHIN)
    press(page, "header button:has-text('Heal all')")
    expect(page.locator("#shares .state-chip.active")).to_have_count(2, timeout=WITHIN)
    press(page, "button[aria-label='Story of north/second']")
    expect(page.locator("#story .story-lane")).to_have_count(8, timeout=WITHIN)
    expect(page.locator("#verdict")).to_contain_text("valid", timeout=WITHIN)
    press(page, "#past input", "Home")
    expect(page.locator("#past-body")).to_contain_text("ago", timeout=WITHIN)
    assert [text for text in complaints if "409" not in text] == []  # a refused request is no error of the page
    page.context.close()


@pytest.mark.timeout(300)
def test_a_cluster_is_tuned_held_up_and_let_go_by_keyboard_alone(browser: Browser, url: str) -> None:
    page, complaints = opened(browser, url)
    press(page, "#clusters article:first-of-type input[name=failures]", "ArrowRight")
    expect(page.locator("#clusters .on b").first).to_have_text("failure ratio", timeout=WITHIN)
    expect(page.locator("#clusters article:first-of-type input[name=failures] + output")).to_have_text("5 %")
    page.locator("#hold input[name=reason]").fill("<b>new disks</b>")
    press(page, "#hold button[value=pause]")
    expect(page.locator("#queue table")).to_contain_text("<b>new disks</b>", timeout=WITHIN)
    page.locator("#portal input[name=name]").fill("held")
    press(page, "#portal button[value=create]")
    expect(page.locator("#shares")).to_contain_text("north is paused by sandbox until that is lifted", timeout=WITHIN)
    press(page, "button[aria-label='Start the processor-2']")
    expect(page.locator("button[aria-label='Stop the processor-2']")).to_have_count(1, timeout=WITHIN)
    press(page, "header button:has-text('Start the load')")
    expect(page.locator("header button:has-text('Stop the load')")).to_have_count(1, timeout=WITHIN)
    expect(page.locator("#metrics polyline").first).to_be_attached(timeout=WITHIN)
    press(page, "header button:has-text('Stop the load')")
    press(page, "#queue button:has-text('Count dead letters')")
    expect(page.locator("#requeue")).to_have_text("No dead letter matches.", timeout=WITHIN)
    press(page, "header button:has-text('Heal all')")
    expect(page.locator("#queue .chip.unknown")).to_have_count(0, timeout=WITHIN)
    expect(page.locator("#clusters article:first-of-type input[name=failures]")).to_have_value("0", timeout=WITHIN)
    assert complaints == []
    page.context.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (400, "dark"), (1600, "dark"), (1280, "light")])
def test_the_page_is_for_everyone_at_any_width(browser: Browser, url: str, width: int, scheme: str) -> None:
    page, complaints = opened(browser, url, width, scheme)
    page.locator("summary:has-text('Faults of slow')").click()
    page.wait_for_selector("form.rule")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    serious = [row for row in found.response["violations"] if row["impact"] in {"serious", "critical"}]
    assert [(row["id"], row["nodes"][0]["html"][:160]) for row in serious] == []
    assert complaints == []
    page.context.close()


def test_what_a_share_is_called_cannot_become_part_of_the_page(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url)
    name = "<img src=x onerror=alert(1)>"
    page.locator("#portal input[name=name]").fill(name)
    press(page, "#portal button[value=create]")
    expect(page.locator("#portal .answers li").first).to_contain_text(name, timeout=WITHIN)
    assert page.locator("img").count() == 0
    page.context.close()
