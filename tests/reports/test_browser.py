"""The report in a real browser, with the network off: all charts drawn, a silent console, no overflow."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reports.comparison import compare
from reports.html.comparison import write_comparison
from reports.html.page import write_html
from tests.real_parts import need
from tests.reports.runs import blocking, in_process, spool
from tests.reports.sample import journal

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = need("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("a report") / "report.html"
    long_word = "behaviour put in: processor=a.module.with.a.very.long.name.that.nobody.can.break:SEAMS"
    shown = journal()
    write_html(path, replace(shown, notes=(*shown.notes, long_word)))
    return path


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_draws_everything_without_network(browser: Browser, report: Path, width: int, scheme: str) -> None:
    context = browser.new_context(
        offline=True,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two literals
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(report.as_uri())
    page.wait_for_function("document.querySelectorAll('[data-drawn]').length === 4")
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert charts(page) == {"latency": "yes", "cdf": "yes", "rates": "yes", "work": "yes"}
    assert all(inked(page).values())
    assert contrast(page) > 4.5
    context.close()


def charts(page: Page) -> dict[str, str]:
    script = """() => Object.fromEntries(
        [...document.querySelectorAll('[data-chart]')].map(box => [box.dataset.chart, box.dataset.drawn]))"""
    found: dict[str, str] = page.evaluate(script)
    return found


def inked(page: Page) -> dict[str, bool]:
    """Whether a canvas holds more than grid lines: some saturated colour, as the series have and the grid has not."""
    script = """() => Object.fromEntries([...document.querySelectorAll('[data-chart]')].map(box => {
        const c = box.querySelector('canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let n = 0;
        for (let i = 0; i < d.length; i += 4)
            if (d[i + 3] > 200 && Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1], d[i + 2]) > 90) n++;
        return [box.dataset.chart, n > 100];
    }))"""
    found: dict[str, bool] = page.evaluate(script)
    return found


def contrast(page: Page) -> float:
    """WCAG 2.1 contrast ratio of the body's text on its background (relative luminance, section 1.4.3)."""
    script = """() => {
        const s = getComputedStyle(document.body);
        const l = (text) => text.match(/[0-9.]+/g).slice(0, 3).map(Number).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const [a, b] = [l(s.color), l(s.backgroundColor)];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }"""
    ratio: float = page.evaluate(script)
    return ratio


def test_the_charts_follow_a_change_of_width_and_of_colours(browser: Browser, report: Path) -> None:
    context = browser.new_context(offline=True, color_scheme="light", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(report.as_uri())
    page.wait_for_function("document.querySelectorAll('[data-drawn]').length === 4")
    before = page.evaluate("document.querySelector('[data-chart=latency] canvas').toDataURL()")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "before => document.querySelector('[data-chart=latency] canvas').toDataURL() !== before", arg=before
    )
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_function("document.querySelector('[data-chart=latency] .uplot').offsetWidth < 420")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_the_comparison_is_drawn_without_network(browser: Browser, tmp_path: Path, width: int, scheme: str) -> None:
    write_comparison(tmp_path / "comparison.html", compare([blocking(), in_process(), spool()]))
    context = browser.new_context(
        offline=True,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two literals
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((tmp_path / "comparison.html").as_uri())
    page.wait_for_function("document.querySelectorAll('[data-drawn]').length === 3")
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert charts(page) == {"active": "yes", "accept": "yes", "work": "yes"}
    assert all(inked(page).values())
    assert contrast(page) > 4.5
    context.close()
