"""A service that counts in units is asked for whole units by the load of a run, as its sheet says."""

from importlib.resources import files
from pathlib import Path

import pytest

from harness.journal import journal_of
from harness.live.runner import LiveRunner
from harness.scenario.parse import parse_scenario
from reports.history import OpKind
from tests.harness.scenario.samples import CALM
from tests.harness.service.sheet.operations_stand_in import OperationsStandIn
from tests.harness.service.sheet.served import served

GIB = 1 << 30


@pytest.mark.slow
async def test_the_unit_of_a_sheet_reaches_the_load_of_a_run(tmp_path: Path) -> None:
    sheet = files("harness.service.sheet").joinpath("operations.toml").read_text()
    counted = sheet.replace('"{size}"', '"{size_gib}"').replace(
        'size = "/sizeBytes"', 'size = "/sizeBytes"\nunit = "GiB"'
    )
    (tmp_path / "sheet.toml").write_text(counted)
    load = CALM.replace("rate =", 'size = { low = "1 MiB", high = "3 GiB" }\nmix = { create = 2, resize = 1 }\nrate =')
    with served(OperationsStandIn().app) as url:
        service = f'[service]\nkind = "url"\nsheet = "sheet.toml"\nurl = "{url}"\n'
        scenario = parse_scenario(f'settle = "5s"\n{load}{service}', "x.toml", beside=tmp_path)
        result = await LiveRunner().run(scenario, seed=1)
    history = journal_of(scenario, result, seed=1, world="live", command="").history
    sizes = {op.size for op in history.ops if op.kind in {OpKind.CREATE, OpKind.RESIZE}}
    assert len(sizes) > 1
    assert all(size is not None and size % GIB == 0 for size in sizes)
