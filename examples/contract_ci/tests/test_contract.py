"""The connector keeps the contract: an item for each clause, and for each target that pyproject.toml names."""


def test_contract(spoolproof_clause):
    """What the clause found is the outcome."""
