"""The unit of sizes, by what a sheet has places for and what it reads."""

import pytest

from harness.service.sheet.loading import parse_sheet
from harness.service.sheet.sizes import size_unit
from tests.harness.service.sheet.samples import MINIMAL

GIB = 1024**3
IN_GIB = MINIMAL.replace('size = "{size}"', 'gib = "{size_gib}"')
SHOWN_IN_GIB = 'size = "/size"\nunit = "GiB"'
RESIZE = """
[resize]
path = "/shares/{name}"
body = { size = "{size_gb}" }
"""
SMALLER = """
[resize.smaller]
path = "/shares/{name}/shrink"
body = { size = "{size_tib}" }
"""


@pytest.mark.parametrize(
    ("sheet", "unit"),
    [
        pytest.param(MINIMAL, 1, id="bytes"),
        pytest.param(IN_GIB, GIB, id="asked in GiB"),
        pytest.param(IN_GIB.replace('size = "/size"', SHOWN_IN_GIB), GIB, id="asked and shown in GiB"),
        pytest.param(MINIMAL.replace('size = "/size"', SHOWN_IN_GIB), GIB, id="asked in bytes, and shown in GiB"),
        pytest.param(
            IN_GIB.replace('size = "/size"', 'size = "/size"\nunit = "MiB"'), GIB, id="shown more finely than asked"
        ),
        pytest.param(MINIMAL.replace('size = "/size"', 'unit = "GiB"'), 1, id="a unit of answers that show no size"),
        pytest.param(MINIMAL + RESIZE, 1000**3, id="resized in GB"),
        pytest.param(MINIMAL + RESIZE + SMALLER, 1024**4, id="made smaller in TiB"),
    ],
)
def test_the_unit_is_the_largest_in_which_a_size_is_asked_for_or_shown(sheet: str, unit: int) -> None:
    assert size_unit(parse_sheet(sheet, "sheet.toml")) == unit
