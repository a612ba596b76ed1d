"""The report in a real browser, with the network off: all charts drawn, a silent console, no overflow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from connector.values import replace
from reports.comparison import compare
from reports.html.comparison import write_comparison
from reports.html.page import write_html
from tests.chromium import chromium
from tests.reports.pages import crowded, ninety_anomalies
from tests.reports.runs import blocking, in_process, spool
from tests.reports.sample import journal

pytestmark = pytest.mark.xdist_group("browser")  # what they share is made once


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("a report") / "report.html"
    long_word = "behaviour put in: processor=a.module.with.a.very.long.name.that.nobody.can.break:OVERRIDES"
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


@pytest.fixture(scope="module")
def many(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A run over 300 clusters, on a wide screen."""
    path = tmp_path_factory.mktemp("many") / "report.html"
    write_html(path, crowded())
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('[data-drawn]').length === 4")
    yield page
    context.close()


def test_three_hundred_clusters_are_a_page_of_a_few_screens(many: Page) -> None:
    assert many.evaluate("document.documentElement.scrollHeight") < 5_000
    assert many.evaluate("Math.max(...[...document.querySelectorAll('.bounded')].map(box => box.clientHeight))") < 600


def test_a_list_is_searched_by_words(many: Page) -> None:
    many.fill("[data-filter='#cluster-rows']", "cluster-0012")
    assert many.locator("#cluster-rows tr:visible td:nth-child(2)").all_inner_texts() == ["cluster-0012"]
    assert many.locator("#clusters output").inner_text() == "1 of 300"
    many.fill("[data-filter='#cluster-rows']", "")
    assert many.locator("#cluster-rows tr:visible").count() == 300


def test_a_list_is_sorted_by_the_keyboard_alone(many: Page) -> None:
    many.focus("#clusters th:nth-child(3) button")
    many.keyboard.press("Enter")
    first = many.locator("#cluster-rows tr").first.locator("td:nth-child(3)")
    most = int(first.inner_text())
    many.keyboard.press("Enter")
    assert most > int(first.inner_text())
    assert many.locator("#clusters th:nth-child(3)").get_attribute("aria-sort") == "ascending"


def test_a_tick_draws_a_cluster_and_no_more_than_can_be_told_apart(many: Page) -> None:
    names = "[data-chart=cdf] .plot-key li:not(.at)"
    assert many.locator(names).count() == 6
    assert many.locator("[data-plot]:not(:checked):enabled").count() == 0
    dropped = many.locator("[data-plot]:checked").first
    number = dropped.get_attribute("data-plot")
    dropped.uncheck()
    assert many.locator(names).count() == 5
    many.locator(f"[data-plot]:not([data-plot='{number}']):not(:checked)").first.check()
    assert many.locator(names).count() == 6


def test_the_key_says_no_value_before_the_pointer_is_there(many: Page) -> None:
    assert "--" not in many.locator("[data-chart=rates] .key").inner_text()
    many.hover("[data-chart=rates] .u-over")
    assert " s" in many.locator("[data-chart=rates] .at").inner_text()


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_and_every_part_a_heading(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    write_html(tmp_path / "report.html", ninety_anomalies())
    context = browser.new_context(
        offline=True,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two literals
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    page.wait_for_function("document.querySelectorAll('[data-drawn]').length === 4")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(_FAINT) == []
    assert page.locator("h1").count() == 1
    assert page.locator("section.card:not(:has(h2))").count() == 0
    assert page.locator(".scroll:not([tabindex]), .bounded:not([tabindex])").count() == 0
    context.close()


_FAINT = """() => {
    const numbers = (text) => text.match(/[0-9.]+/g).map(Number);
    const light = (c) => c.slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (node) => {
        for (let at = node; at; at = at.parentElement) {
            const c = numbers(getComputedStyle(at).backgroundColor);
            if (c.length < 4 || c[3] > 0.99) return c;
        }
        return [255, 255, 255];
    };
    const faint = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode.parentElement;
        if (!walk.currentNode.textContent.trim() || !node.checkVisibility() || node.closest("script")) continue;
        const [a, b] = [light(numbers(getComputedStyle(node).color)), light(behind(node))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) faint.add(`${node.className || node.tagName}: ${ratio.toFixed(2)}`);
    }
    return [...faint];
}"""
"""Texts whose contrast with what is behind them is below what WCAG 2.1 asks for (AA)."""
