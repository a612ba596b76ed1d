"""`spoolproof service`: what it prints, how it exits, and that it leaves nothing behind."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from tests.harness.service.sheet.manila_stand_in import TOKEN, ManilaStandIn
from tests.harness.service.sheet.operations_stand_in import OperationsStandIn
from tests.harness.service.sheet.served import served

ROOT = Path(__file__).parents[3]
FILLED = {
    "<name of the service>": "portal",
    "<pointer to the name, such as /name>": "/name",
    "<pointer to the location>": "/location",
    "<pointer to the state>": "/state",
    "<pointer to the size>": "/size",
    "<pointer to the id>": "/id",
    "<pointer to the list, such as /shares>": "/shares",
    "<pointer to a sentence, such as /error>": "/error",
}


def _filled(text: str) -> str:
    """The sheet to start from, with every blank filled as its own words say."""
    for blank, value in FILLED.items():
        text = text.replace(blank, value)
    text = re.sub(r"<path, such as ([^>]+)>", r"\1", text)
    return re.sub(r"<word for: ([^>]+)>", r"\1", text)


def test_the_sheet_to_start_from_lints_clean_once_its_blanks_are_filled(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "portal.toml"
    assert invoke(["service", "new", str(sheet)]) == Exit.VALID
    assert invoke(["service", "lint", str(sheet)]) == Exit.BAD_INPUT
    blanks = capfd.readouterr().err.splitlines()
    assert any(line.endswith("create.path: '<path, such as /shares>' is to be filled in") for line in blanks)
    sheet.write_text(_filled(sheet.read_text()))
    assert invoke(["service", "lint", "--strict", str(sheet)]) == Exit.VALID
    assert capfd.readouterr().out == f"{sheet}: ok\n"


def test_a_sheet_that_is_there_is_not_replaced_unasked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "portal.toml"
    sheet.write_text("mine")
    assert invoke(["service", "new", str(sheet)]) == Exit.BAD_INPUT
    assert "is there already; use --force" in capfd.readouterr().err
    assert sheet.read_text() == "mine"


def test_every_shipped_sheet_is_listed_and_valid(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "list", "--json"]) == Exit.VALID
    names = [row["name"] for row in json.loads(capfd.readouterr().out)["sheets"]]
    assert names == ["reference", "manila", "operations"]
    assert invoke(["service", "lint", *names]) == Exit.VALID


def test_an_example_is_copied_into_a_new_folder_and_replaces_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    assert invoke(["service", "example", "portal_threads", str(mine)]) == Exit.VALID
    assert {"README.md", "portal.toml", "service.toml", "scenarios"} <= {path.name for path in mine.iterdir()}
    assert capfd.readouterr().err == f"spoolproof: wrote {mine}; {mine}/README.md says what is in it\n"
    (mine / "portal.toml").write_text("mine")
    assert invoke(["service", "example", "portal_threads", str(mine)]) == Exit.BAD_INPUT
    assert capfd.readouterr().err == f"{mine}: is there already; choose a new or an empty folder\n"
    assert (mine / "portal.toml").read_text() == "mine"


def test_the_examples_are_listed_and_another_name_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "example", "--json"]) == Exit.VALID
    names = [example["name"] for example in json.loads(capfd.readouterr().out)["examples"]]
    assert names == ["contract_ci", "portal_asyncio", "portal_threads"]
    assert invoke(["service", "example", "portal_thread"]) == Exit.BAD_INPUT
    assert "no example 'portal_thread' (did you mean 'portal_threads'?)" in capfd.readouterr().err


@pytest.mark.parametrize("where", ["/dev/full/x", "/proc/x"])
def test_an_example_that_cannot_be_written_is_one_clear_error(where: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "example", "portal_threads", where]) == Exit.BAD_INPUT
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(where.rpartition("/")[0])


def test_a_service_that_is_understood_is_walked_to_its_end(capfd: pytest.CaptureFixture[str]) -> None:
    with served(OperationsStandIn().app) as url:
        assert invoke(["service", "check", "operations", "--url", url, "--name", "mine"]) == Exit.VALID
    said = capfd.readouterr().out.splitlines()
    assert said[0] == f"operations at {url}, share 'mine' in 'north'"
    assert said[1] == "ok      create                  ok: pending"
    assert said[-1] == "ok 10, skipped 2"


def test_names_that_are_not_unique_are_reported_and_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OS_TOKEN", TOKEN)
    manila = ManilaStandIn()
    with served(manila.app) as url:
        assert invoke(["service", "check", "manila", "--url", f"{url}/v2", "--within", "6s", "--json"]) == Exit.INVALID
    told = capfd.readouterr()
    assert manila.shares == {}
    assert json.loads(told.out)["left"] is None
    assert TOKEN not in told.out + told.err


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("OS_TOKEN", raising=False)
    assert invoke(["service", "check", "manila", "--url", "http://127.0.0.1:1"]) == Exit.BAD_INPUT
    assert capfd.readouterr().err == (
        "manila: the environment variable OS_TOKEN is not set; the sheet takes a header from it\n"
    )


async def _html(request: Request) -> Response:
    return HTMLResponse("<html>Sign in</html>")


async def _redirect(request: Request) -> Response:
    return RedirectResponse("https://login.example/")


@pytest.mark.parametrize(
    ("handler", "said"),
    [(_html, "not JSON (content type text/html)"), (_redirect, "redirects to https://login.example/")],
)
def test_a_service_that_answers_something_else_is_not_understood(
    handler: object, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    app = Starlette(routes=[Route("/{path:path}", handler, methods=["GET", "POST", "DELETE"])])  # type: ignore[arg-type]  # either
    with served(app) as url:
        code = invoke(["service", "check", "reference", "--url", url, "--within", "1s"])
    assert code == Exit.UNKNOWN
    told = capfd.readouterr()
    assert said in told.out.splitlines()[1]
    assert "may still be there" in told.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--url", "localhost:8080"], "is not a URL such as http://127.0.0.1:8080"),
        (["--url", "http://127.0.0.1:99999"], "is not a URL such as"),
        (["--url", "http://127.0.0.1:1", "--within", "soon"], "a duration is"),
        (["--url", "http://127.0.0.1:1", "--size", "much"], "a size is"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "check", "reference", *arguments]) == Exit.BAD_INPUT
    (line,) = capfd.readouterr().err.splitlines()
    assert said in line


def test_a_service_that_does_not_answer_is_unavailable(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "check", "reference", "--url", "http://127.0.0.1:1"]) == Exit.SERVICE_UNAVAILABLE
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("spoolproof: no connection to the service: ")


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("manilla", "no service sheet 'manilla' (did you mean 'manila'?); accepted: reference, manila, operations"),
        ("nowhere.toml", "nowhere.toml: cannot be read: no such file or directory"),
        ("nowhere:Portal", "nowhere:Portal: cannot be imported: ModuleNotFoundError"),
        ("json:JSONDecoder", "json:JSONDecoder: has no method ask"),
        ("json:nothing", "json:nothing: cannot be imported: AttributeError"),
        ("math:pi", "math:pi: not callable"),
    ],
)
def test_a_sheet_that_is_none_is_one_clear_line(sheet: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "check", sheet, "--url", "http://127.0.0.1:1"]) == Exit.BAD_INPUT
    (line,) = capfd.readouterr().err.splitlines()
    assert said in line


def test_an_interrupted_check_deletes_what_it_made() -> None:
    stand_in = OperationsStandIn()
    with served(stand_in.app) as url:
        command = [sys.executable, "-m", "spoolproof", "service", "check", "operations", "--url", url]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("ok      follow"):
                    break
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED, said
    assert "deleting the share" in said
    assert stand_in.shares == {}
