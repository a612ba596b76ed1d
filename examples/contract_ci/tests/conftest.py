"""The clusters of these tests spell commands as our filers do."""

import pytest


@pytest.fixture(scope="session")
def spoolproof_settings():
    return {"clusters": {"north": {"dialect": "filer"}}, "seed": 7}
