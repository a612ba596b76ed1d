"""The file that says where a run can be changed: its owner's alone, gone at the end, and in nobody else's place."""

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fake_clusters.farm import Farm
from fake_clusters.spec import ClusterSpec
from harness.errors import OutputError
from harness.live.admin import serve_run_admin


@pytest.fixture
async def farm(tmp_path: Path) -> AsyncIterator[Farm]:
    async with Farm([ClusterSpec(name="north")], keys=tmp_path / "keys") as farm:
        yield farm


async def test_it_is_its_owners_alone_and_gone_at_the_end(tmp_path: Path, farm: Farm) -> None:
    file = tmp_path / "admin.json"
    async with serve_run_admin(file, farm, {}):
        assert json.loads(file.read_text()).keys() == {"clusters", "toxics"}
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


@pytest.mark.parametrize("text", ["my thesis\n", "[]", '{"clusters": 1, "more": 2}'])
async def test_a_file_of_somebody_elses_is_neither_replaced_nor_removed(tmp_path: Path, farm: Farm, text: str) -> None:
    file = tmp_path / "thesis.txt"
    file.write_text(text)
    with pytest.raises(OutputError, match=r"--admin .*thesis\.txt: was not written by this command; give another name"):
        async with serve_run_admin(file, farm, {}):
            pass
    assert file.read_text() == text


@pytest.mark.parametrize("text", ["", '{"clusters": {"url": "u", "token": "t"}, "toxics": {"url": "u", "token": "t"}}'])
async def test_an_empty_file_and_what_a_killed_run_left_are_replaced(tmp_path: Path, farm: Farm, text: str) -> None:
    file = tmp_path / "admin.json"
    file.write_text(text)
    async with serve_run_admin(file, farm, {}):
        assert "http" in file.read_text()
    assert not file.exists()


async def test_the_file_of_a_run_that_began_later_is_left_to_it(tmp_path: Path, farm: Farm) -> None:
    file = tmp_path / "admin.json"
    async with serve_run_admin(file, farm, {}):
        later = file.read_text().replace("http", "https")
        file.write_text(later)
    assert file.read_text() == later


async def test_two_runs_at_once_are_not_told_of_in_one_file(tmp_path: Path, farm: Farm) -> None:
    file = tmp_path / "admin.json"
    async with serve_run_admin(file, farm, {}):
        first = file.read_text()
        with pytest.raises(
            OutputError, match=r"--admin .*admin\.json: another process keeps it while it runs; give another name"
        ):
            async with serve_run_admin(file, farm, {}):
                pass
        assert file.read_text() == first
    assert not file.exists()
