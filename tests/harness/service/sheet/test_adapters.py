"""What no sheet can say is said in Python, found by an entry point or beside the file that names it."""

from pathlib import Path

import pytest

from harness.errors import NoSheet, WorldError
from harness.service.service import CountsInUnits
from harness.service.sheet.loading import open_sheet
from reports.allowances import STRICT, Allowances
from reports.history import OpKind, OpResult
from tests.harness.service.sheet.answering import Answering, an_op, finished, response

ADAPTER = """
from spoolproof.services import Allowances, Answer, HttpRequest, OpResult, SeenShare


class Portal:
    allowances = Allowances(keys=False, grace=30.0)
    size_unit = 1024

    async def ask(self, op, http):
        response = await http.send(HttpRequest(method="GET", target=f"/{op.name}"))
        return Answer(result=OpResult.OK, status=response.status)

    async def read_shares(self, http, locations):
        return [SeenShare(location=location, name="a", state="active") for location in locations]


class Broken:
    async def ask(self, op, http):
        return {}["state"]

    async def read_shares(self, http, locations):
        return ["a"]


def failing():
    raise RuntimeError("no licence")
"""


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A module of its own for each test: an imported one stays."""
    (tmp_path / f"{_module(request)}.py").write_text(ADAPTER)
    return tmp_path


@pytest.fixture
def module(request: pytest.FixtureRequest) -> str:
    return _module(request)


def _module(request: pytest.FixtureRequest) -> str:
    return f"adapter_of_{request.node.name.partition('[')[0]}"


def test_a_module_beside_the_file_that_names_it_is_found(folder: Path, module: str) -> None:
    opened = open_sheet(f"{module}:Portal", beside=folder)
    http = Answering([response(200)])
    assert finished(opened.api.ask(an_op(OpKind.GET), http)).result is OpResult.OK
    (share,) = finished(opened.api.read_shares(http, ["north"]))
    assert (share.location, http.lines) == ("north", ["GET /a"])
    assert opened.allowances == Allowances(keys=False, grace=30.0)
    assert isinstance(opened.api, CountsInUnits)
    assert opened.api.size_unit == 1024


def test_an_installed_adapter_is_found_by_its_entry_point(
    folder: Path, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = folder / "portal-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: portal\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[spoolproof.services]\nour-portal = {module}:Portal\n")
    monkeypatch.syspath_prepend(folder)
    assert open_sheet("our-portal", beside=Path()).name == "our-portal"
    with pytest.raises(NoSheet, match="did you mean 'our-portal'"):
        open_sheet("our-portl", beside=Path())


def test_a_mistake_of_an_adapter_is_named_as_its_own(folder: Path, module: str) -> None:
    opened = open_sheet(f"{module}:Broken", beside=folder)
    with pytest.raises(WorldError, match=r"Broken: ask raised KeyError: 'state'"):
        finished(opened.api.ask(an_op(OpKind.GET), Answering([])))
    with pytest.raises(WorldError, match=r"read_shares raised TypeError: str where SeenShare was expected"):
        finished(opened.api.read_shares(Answering([]), ["north"]))
    assert opened.allowances == STRICT
    assert isinstance(opened.api, CountsInUnits)
    assert opened.api.size_unit == 1


@pytest.mark.parametrize(
    ("attribute", "problem"),
    [("failing", "cannot be made: RuntimeError: no licence"), ("ADAPTER", "cannot be imported")],
)
def test_what_is_no_adapter_is_refused(folder: Path, module: str, attribute: str, problem: str) -> None:
    with pytest.raises(NoSheet, match=problem):
        open_sheet(f"{module}:{attribute}", beside=folder)
