"""Editors check sheets by the same tables that read them."""

import json
import tomllib
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from harness.cli.entry import invoke
from harness.service.sheet.loading import SHEETS
from harness.service.sheet.schema import sheet_schema
from tests.harness.service.sheet.samples import MINIMAL


def _errors(text: str) -> list[str]:
    return [error.json_path for error in Draft202012Validator(sheet_schema()).iter_errors(tomllib.loads(text))]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(sheet_schema())


@pytest.mark.parametrize("file", [*SHEETS.values(), "start.toml"])
def test_every_shipped_sheet_is_valid(file: str) -> None:
    assert _errors(files("harness.service.sheet").joinpath(file).read_text(encoding="utf-8")) == []


def test_a_wrong_key_and_a_wrong_value_are_found() -> None:
    assert _errors(MINIMAL.replace("status = 404", "status = 1").replace("path =", "pth =", 1)) != []


def test_the_command_prints_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["schema", "sheet"]) == 0
    assert json.loads(capfd.readouterr().out) == sheet_schema()
