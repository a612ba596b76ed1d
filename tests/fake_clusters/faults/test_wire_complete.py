"""No fault without a test that sees it on the wire."""

from fake_clusters.faults import FAULTS
from tests.fake_clusters.faults import (  # each marks its tests with the fault that they see
    test_wire_channels,
    test_wire_connections,
    test_wire_effects,
    test_wire_replies,
)
from tests.fake_clusters.faults.farms import WITNESSES

MODULES = (test_wire_connections, test_wire_channels, test_wire_replies, test_wire_effects)


def test_every_kind_of_fault_has_a_test_that_sees_it_on_the_wire() -> None:
    assert set(WITNESSES) == set(FAULTS)


def test_the_tests_that_the_table_names_exist() -> None:
    assert all(any(hasattr(module, name) for module in MODULES) for name in WITNESSES.values())
    assert all(name.startswith("test_") for name in WITNESSES.values())
