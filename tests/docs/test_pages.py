"""Every example of the pages works: its files are read, its commands run, its programs hold."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.http_pages import ADMIN, API
from pipeline.api.app import create_api
from pipeline.settings import ApiSettings
from tests.docs.blocks import Command, blocks_of, commands_of, script_of

ROOT = Path(__file__).parents[2]
PLAYED = (
    "README.md",
    "docs/admin.md",
    "docs/clusters-file.md",
    "docs/http-api.md",
    "docs/invariants.md",
    "docs/pipeline-file.md",
    "docs/python-api.md",
)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PLAYED)
def test_the_examples_of_a_page_work(page: str, tmp_path: Path) -> None:
    commands = commands_of(blocks_of(ROOT / page))
    assert commands
    done = _play(commands, tmp_path)
    outputs = dict(zip(*[iter(re.split(r"^@@ (\d+)\n", done.stdout, flags=re.MULTILINE)[1:])] * 2, strict=True))
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    for number, command in enumerate(commands):
        for line in command.shown:
            assert _plain(line.rstrip("…")) in _plain(outputs[str(number)] + done.stderr), command.words


def _play(commands: list[Command], where: Path) -> subprocess.CompletedProcess[str]:
    """With the command of this checkout, in an empty folder, as nobody in particular."""
    paths = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(where)}
    return subprocess.run(
        ["bash"],
        input=script_of(commands),
        cwd=where,
        env=os.environ | paths | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def _plain(output: str) -> str:
    """Frames and the wrapping of lines are the terminal's."""
    return " ".join(re.sub("[╭╮╰╯│─]+", " ", output).split())


def test_what_is_not_run_says_why() -> None:
    for page in PLAYED:
        for block in blocks_of(ROOT / page):
            assert block.reason is None or len(block.reason) > 10
            assert block.reason is not None or block.language in {"console", "python", "toml", "text"}, block.text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)#]*)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert not target or (page.parent / target).exists(), target


def test_every_page_is_on_the_list_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"docs/{page.name}" not in readme] == [
        page.name for page in (ROOT / "docs").glob("adding-*.md")
    ]


def test_the_page_on_the_api_has_all_its_routes() -> None:
    api = create_api(None, ApiSettings(), clock=lambda: 0.0, new_id=str)  # type: ignore[arg-type]  # nothing is asked
    routes = {
        f"{method} {route.path}"
        for route in api.routes  # type: ignore[attr-defined]  # it is a router
        for method in route.endpoint.allow.split(", ")
        if method not in {"HEAD", "OPTIONS"}
    }
    assert routes == set(API)


def test_the_page_on_the_admin_api_has_all_its_routes() -> None:
    from fake_clusters.admin.app import ROUTES

    assert {route.path.replace(":path", "") for route in ROUTES} == set(ADMIN)
