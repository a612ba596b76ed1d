"""Each test of the conformance suite runs on real sockets and on the virtual network."""

import pytest

from tests.harness.toxics.worlds import World


@pytest.fixture(params=list(World), ids=[world.value for world in World])
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.param
    return found
