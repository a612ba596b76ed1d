"""A service that a command starts itself, from its file: walked, or left behind with what it printed."""

from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from tests.harness.scenario.samples import CALM

ROOT = Path(__file__).parents[3]
STAND_IN = (
    "import sys, uvicorn; from tests.harness.service.sheet.operations_stand_in import OperationsStandIn; "
    "uvicorn.run(OperationsStandIn().app, port=int(sys.argv[1]), log_level='error')"
)


def _file(folder: Path, program: str, *, environment: str = "") -> Path:
    path = folder / "service.toml"
    path.write_text(
        'kind = "process"\nsheet = "operations"\nurl = "http://127.0.0.1:{port.api}"\n[[parts]]\nname = "api"\n'
        f'command = ["{{python}}", "-c", "{program}", "{{port.api}}"]\nfolder = "{ROOT}"\n'
        f'environment = {{ {environment} }}\nready = {{ port = "{{port.api}}" }}\n'
    )
    return path


@pytest.mark.slow
def test_a_service_is_started_with_the_clusters_that_its_file_names_and_walked(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, STAND_IN, environment='FAR = "{host.south}"')
    assert invoke(["service", "check", "operations", "--service", str(file), "--name", "mine"]) == Exit.VALID
    said = capfd.readouterr().out.splitlines()
    assert said[0].endswith(", share 'mine' in 'north'")
    assert said[-1] == "ok 10, skipped 2"


def test_a_service_that_does_not_start_is_an_error_that_quotes_its_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, "raise SystemExit('no licence')")
    assert invoke(["service", "check", "operations", "--service", str(file)]) == Exit.SERVICE_UNAVAILABLE
    assert capfd.readouterr().err == "spoolproof: the api ended at once with status 1; its log ends: no licence\n"


@pytest.mark.parametrize("options", [[], ["--url", "http://127.0.0.1:1", "--service", "x.toml"]])
def test_a_check_needs_one_service(options: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["service", "check", "operations", *options]) == Exit.BAD_INPUT
    assert "either --url or --service is needed" in capfd.readouterr().err


def test_a_file_that_starts_nothing_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "there.toml"
    file.write_text('kind = "url"\nsheet = "operations"\nurl = "http://127.0.0.1:1"\n')
    assert invoke(["service", "check", "operations", "--service", str(file)]) == Exit.BAD_INPUT
    assert "starts no part; use --url for what runs already" in capfd.readouterr().err


def test_what_a_part_printed_before_it_ended_at_once_is_kept_and_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scenario, out = tmp_path / "calm.toml", tmp_path / "out"
    scenario.write_text(CALM)
    command = ["run", str(scenario), "--service", str(_file(tmp_path, "raise SystemExit('no licence')"))]
    for _ in range(2):  # the folder holds no results, so that it can be used again
        assert invoke([*command, "--out", str(out)]) == Exit.SERVICE_UNAVAILABLE
        assert capfd.readouterr().err.splitlines()[-1] == (
            "spoolproof: the api ended at once with status 1; its log ends: no licence; "
            f"all that its parts printed: {out / 'logs'}"
        )
        assert (out / "logs" / "api.log").read_text() == "no licence\n"


def test_nothing_is_kept_of_a_part_that_printed_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    scenario, out = tmp_path / "calm.toml", tmp_path / "out"
    scenario.write_text(CALM)
    command = ["run", str(scenario), "--service", str(_file(tmp_path, "raise SystemExit(3)")), "--out", str(out)]
    assert invoke(command) == Exit.SERVICE_UNAVAILABLE
    assert capfd.readouterr().err.endswith("spoolproof: the api ended at once with status 3\n")
    assert not out.exists()
