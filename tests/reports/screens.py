"""Pictures of report pages, to be looked at: `python -m tests.reports.screens FOLDER PAGE...`.

Each page is shown at 400 and 1,280 pixels, light and dark, in full height: a picture for each 1,600 pixels of it.
"""

import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, FloatRect

from tests.chromium import chromium

__all__ = ["take"]

PIECE = 1600


def main(arguments: list[str]) -> int:
    folder, *pages = map(Path, arguments)
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for page, width, scheme in product(pages, (1280, 400), ("light", "dark")):
            picture = folder / f"{page.stem}-{width}-{scheme}"
            print(picture, take(browser, page, picture, width, scheme))
    return 0


def take(browser: Browser, page: Path, picture: Path, width: int, scheme: str) -> int:
    """Take the pictures of one page, `picture` with `-1.png`, `-2.png`, … behind; returns the page's height."""
    context = browser.new_context(
        offline=True,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two literals
        viewport={"width": width, "height": 900},
    )
    shown = context.new_page()
    shown.goto(page.absolute().as_uri())
    shown.wait_for_function("![...document.querySelectorAll('[data-chart]')].some(box => !box.dataset.drawn)")
    shown.wait_for_timeout(200)
    height: int = shown.evaluate("document.documentElement.scrollHeight")
    for number, top in enumerate(range(0, height, PIECE), start=1):
        clip = FloatRect(x=0, y=top, width=width, height=min(PIECE, height - top))
        shown.screenshot(path=f"{picture}-{number}.png", full_page=True, clip=clip)
    context.close()
    return height


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
