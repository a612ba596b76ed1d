"""The generated page of the contract says all that the code knows."""

from connector.catalogue_doc import contract_markdown
from connector.codes import CATALOGUE
from connector.dialects import DIALECTS, load_dialect
from connector.operations import Capability, Verb


def test_the_page_has_every_operation_code_capability_and_command() -> None:
    page = contract_markdown()
    for word in (*Verb, *Capability, *CATALOGUE):
        assert f"| `{word}` |" in page
    for name in DIALECTS:
        assert f"## Dialect `{name}`" in page
        for line in load_dialect(name).usage:
            assert f"`{line}`" in page
    for entry in CATALOGUE.values():
        assert entry.prose in page


def test_each_operation_says_in_words_what_it_does() -> None:
    operations = contract_markdown().split("## Capabilities")[0].splitlines()[4:]
    assert len(operations) == len(Verb) + 1
    for row in filter(None, operations):
        assert row.split(" | ")[-1][0].isupper(), row
        assert "(" not in row.split(" | ")[-1][:12], row


def test_the_tables_are_tables() -> None:
    for block in contract_markdown().split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("| ")]
        assert len({line.replace("\\|", "").count(" | ") for line in rows}) <= 1
