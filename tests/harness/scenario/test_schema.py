"""The exported schema is valid, accepts what the parser accepts, and knows what editors should complete."""

import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from connector.errors import TomlProblems
from connector.table import TomlTable
from harness.scenario.document import scenario_markdown
from harness.scenario.parse import parse_scenario, shipped_scenarios
from harness.scenario.schema import scenario_schema
from harness.scenario.tables import ClientTable, WorkloadTable, scenario_table
from tests.harness.scenario.samples import CALM, EVERYTHING


def complaints(text: str) -> list[str]:
    return [error.json_path for error in Draft202012Validator(scenario_schema()).iter_errors(tomllib.loads(text))]


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(scenario_schema())


@pytest.mark.parametrize("text", [CALM, EVERYTHING])
def test_good_scenarios_validate(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize("path", shipped_scenarios().values(), ids=shipped_scenarios())
def test_shipped_scenarios_validate(path: Path) -> None:
    assert complaints(path.read_text()) == []


def test_mistakes_do_not_validate() -> None:
    assert complaints(CALM.replace("rate = 20", "rate = -1")) == ["$.workload.rate"]
    assert complaints(CALM.replace("rate", "rte")) == ["$.workload", "$.workload"]
    assert complaints(EVERYTHING.replace('"reply_lost"', '"reply_losst"')) == ["$.faults[0]"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rate = 20", "rate = true"),
        ("rate = 20", 'rate = "20"'),
        ("rate = 20", "rate = 1e308"),
        ("fence = 3", "fence = 1e308"),
        ("fence = 3", "fence = -1"),
        ("toxicity = 0.75", "toxicity = true"),
        ('kind = "kill"', 'kind = "crash"\nwipe = 0'),
        ('verbs = ["create"]', "verbs = []"),
        ("[clusters.south]", '[clusters.south]\norder = { kind = "priority", classes = [] }'),
        ('label = "slow writers"', 'label = "slow\\u0000"'),
        ('title = "Trouble in the north"', 'title = "a\\u001b[2J"'),
    ],
)
def test_what_the_parser_refuses_an_editor_marks(old: str, new: str) -> None:
    changed = EVERYTHING.replace(old, new)
    assert changed != EVERYTHING
    assert complaints(changed)
    with pytest.raises(TomlProblems):
        parse_scenario(changed, "x.toml")


@pytest.mark.parametrize("model", [scenario_table(), WorkloadTable, ClientTable])
def test_keys_carry_descriptions_for_editors(model: type[TomlTable]) -> None:
    tables = {"workload", "client", "service", "pipeline"}
    undescribed = {name for name, field in model.model_fields.items() if not field.description}
    assert undescribed <= tables


def test_the_page_names_every_key_and_its_example_is_a_scenario() -> None:
    page = scenario_markdown()
    for key in (*scenario_table().model_fields, *WorkloadTable.model_fields, *ClientTable.model_fields):
        assert f"| `{key}` |" in page
    example = page.split("```toml\n")[1].split("```")[0]
    assert complaints(example) == []
