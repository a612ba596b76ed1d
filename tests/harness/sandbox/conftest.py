"""A browser, and a sandbox for it to look at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from harness.sandbox.folder import SandboxFolder
from harness.sandbox.up_file import read_up_file
from tests.chromium import chromium
from tests.harness.cli.serving import serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("box")
    with serving("up", "--no-browser", "--folder", str(folder), where=folder.parent):
        up = read_up_file(SandboxFolder(root=folder).up)
        assert up is not None
        yield up.url
