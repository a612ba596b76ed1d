"""Whatever the command line is given, it ends with one of its exit codes and a clear line."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from pydantic_core import SchemaError

from connector.errors import TomlProblem, TomlProblems
from harness.cli.app import app
from harness.cli.entry import exit_of_error, invoke
from harness.cli.exits import Exit, worst_exit
from harness.errors import WorldError
from harness.scenario.service import Design
from pipeline.errors import StoreOpenError, StoreUnavailableError
from reports.journal import read_journal
from reports.verdicts import Verdict
from tests.harness.scenario.samples import CALM

ROOT = Path(__file__).parents[3]

HEAVY = ("asyncssh", "simpy", "starlette", "uvicorn", "httpx", "jinja2", "prometheus_client", "uvloop")


def spoolproof(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "spoolproof", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload,no-any-return]  # options are subprocess's own


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["run", "--help"], HEAVY),
        (["lint", "demo"], ("asyncssh", "simpy", "uvicorn", "prometheus_client", "uvloop")),
        (
            ["run", "calm.toml", "--world", "virtual", "--out", "out"],
            ("asyncssh", "uvicorn", "prometheus_client", "uvloop"),
        ),
    ],
)
def test_a_command_imports_nothing_heavy_that_it_does_not_need(
    tmp_path: Path, arguments: list[str], heavy: tuple[str, ...]
) -> None:
    (tmp_path / "calm.toml").write_text(CALM)
    code = (
        "import sys\n"
        "from harness.cli.entry import invoke\n"
        f"assert invoke({arguments!r}) == 0\n"
        f"print([name for name in {heavy!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize(
    "arguments",
    [[], ["--help"], ["run", "--help"], ["clusters", "serve", "--help"], ["lint", "--help"], ["version"]],
)
def test_help_is_always_there(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    code = invoke(arguments)
    shown = capfd.readouterr()
    assert code == (Exit.BAD_INPUT if not arguments else Exit.VALID)
    assert "spoolproof" in (shown.out if arguments else shown.err)


def test_the_help_of_run_has_every_exit_code_and_every_design(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "--help"]) == Exit.VALID
    shown = " ".join(capfd.readouterr().out.split())
    (told,) = re.findall(r"Exit codes: (.*?)\.", shown)
    bounds = [(int(first), int(last or first)) for first, last in re.findall(r"(?:^|, )(\d+)(?: to (\d+))?", told)]
    assert {code for first, last in bounds for code in range(first, last + 1)} == set(Exit)
    (designs,) = re.findall(r"--pipeline DESIGN +Instead of the scenario's own: (.*?)\.", shown)
    assert re.split(", | or ", designs) == list(Design)


def test_a_misspelled_design_is_answered_with_the_nearest(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "happy_path", "--pipeline", "bloking"]) == Exit.BAD_INPUT
    assert "unknown pipeline 'bloking' (did you mean 'blocking'?); accepted: spool," in capfd.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["run"],
        ["run", "x.toml", "--seed", "many"],
        ["run", "x.toml", "--world", "nether"],
        ["run", "x.toml", "--sed", "1"],
        ["report", "x", "--format", "morse"],
        ["clusters"],
        ["clusters", "fly"],
        ["pipeline", "serve"],
        ["--debug"],
    ],
)
def test_usage_errors_exit_64(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(arguments) == Exit.BAD_INPUT
    shown = capfd.readouterr()
    assert shown.err.strip()
    assert "Traceback" not in shown.err + shown.out


@pytest.mark.parametrize("group", ["clusters", "pipeline"])
def test_a_group_without_a_command_shows_its_commands(group: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke([group]) == Exit.BAD_INPUT
    shown = capfd.readouterr()
    assert shown.out == ""
    assert f"Usage: spoolproof {group}" in shown.err
    assert "serve" in shown.err


def test_an_unknown_option_is_one_line_that_names_it(capfd: pytest.CaptureFixture[str]) -> None:
    invoke(["run", "x.toml", "--sed", "1"])
    shown = capfd.readouterr().err
    assert shown.count("\n") == 1
    assert "--sed" in shown


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make `version` end with this error."""

    def fail() -> str:
        raise error

    monkeypatch.setattr("harness.versions.product", fail)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (TomlProblems((TomlProblem(source="x.toml", line=3, key="a", message="is odd"),)), 64, "x.toml:3: a: is odd"),
        (ExceptionGroup("tasks", [WorldError("the api ended at once")]), 70, "spoolproof: the api ended at once"),
        (
            FileNotFoundError(2, "No usable temporary directory found in []"),
            70,
            "spoolproof: No usable temporary directory found in []; set TMPDIR to a writable folder",
        ),
        (WorldError("of a\x1b[2J"), 70, "spoolproof: of a\\x1b[2J"),
        (BrokenPipeError(), 141, "spoolproof: stdout was closed"),
    ],
)
def test_errors_that_a_user_can_meet_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: BaseException, code: int, line: str
) -> None:
    failing(monkeypatch, error)
    monkeypatch.setattr("harness.cli.entry.detach_stdout", lambda: None)
    assert invoke(["version"]) == code
    assert capfd.readouterr().err == line + "\n"


@pytest.mark.parametrize(
    "error",
    [KeyboardInterrupt(), SchemaError('Error building "model" validator:\n  KeyboardInterrupt: ')],
    ids=["plain", "told in words only"],
)
def test_ctrl_c_exits_130_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: BaseException
) -> None:
    failing(monkeypatch, error)
    assert invoke(["version"]) == Exit.INTERRUPTED
    assert capfd.readouterr().err == "spoolproof: stopped\n"


def test_an_exit_code_of_a_command_is_passed_on_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, typer.Exit(130))
    assert invoke(["version"]) == Exit.INTERRUPTED
    assert capfd.readouterr().err == ""


def test_a_fault_of_our_own_leaves_its_trace_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    failing(monkeypatch, ZeroDivisionError("by zero"))
    assert invoke(["version"]) == Exit.INTERNAL_ERROR
    shown = capfd.readouterr().err
    (trace,) = tmp_path.iterdir()
    assert str(trace) in shown
    assert shown.count("\n") == 1
    assert "Traceback" in trace.read_text()


def test_debug_shows_the_trace(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    failing(monkeypatch, ZeroDivisionError("by zero"))
    assert invoke(["--debug", "version"]) == Exit.INTERNAL_ERROR
    assert "Traceback" in capfd.readouterr().err


def test_a_reader_that_goes_away_is_no_verdict() -> None:
    command = f"{shlex.quote(sys.executable)} -m spoolproof faults --json | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == str(int(Exit.BROKEN_PIPE))
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        (">&- 2>&- <&-", 0, ""),
        ("2>/dev/full", 0, ""),
        (">/dev/full", 80, "stdout: cannot be written: No space left on device\n"),
        (">/dev/full 2>/dev/full", 80, ""),
    ],
)
def test_closed_and_full_streams_are_never_mistaken_for_a_verdict(
    tmp_path: Path, redirection: str, code: int, said: str
) -> None:
    (tmp_path / "calm.toml").write_text(CALM)
    words = f"run calm.toml --world model --out out {redirection}; echo $? >code"
    run = f"{shlex.quote(sys.executable)} -m spoolproof {words}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", run], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    shown = [line for line in done.stderr.splitlines(keepends=True) if not line.startswith("calm: ")]
    assert (int((tmp_path / "code").read_text()), "".join(shown)) == (code, said)
    assert read_journal(tmp_path / "out" / "journal.json").verdict is Verdict.VALID


def test_the_module_is_the_command() -> None:
    done = spoolproof("version")
    assert done.returncode == 0
    assert done.stdout.startswith("spoolproof ")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_cannot_show_a_letter_costs_nothing(encoding: str) -> None:
    done = spoolproof("lint", "scénario ✗", env={**os.environ, "PYTHONIOENCODING": encoding}, errors="replace")
    assert done.returncode == Exit.BAD_INPUT
    assert "the shipped ones are" in done.stderr


def test_the_gravest_exit_wins() -> None:
    assert worst_exit([Exit.VALID, Exit.INVALID, Exit.UNKNOWN, Exit.GATE_FAILED]) is Exit.INVALID
    assert worst_exit([Exit.GATE_FAILED, Exit.UNKNOWN]) is Exit.UNKNOWN
    assert worst_exit([Exit.INVALID, Exit.INTERRUPTED]) is Exit.INTERRUPTED
    assert worst_exit([]) is Exit.VALID


def test_every_command_is_documented() -> None:
    assert all(command.callback is not None and command.callback.__doc__ for command in app.registered_commands)


def test_an_interrupt_while_it_is_still_importing_is_one_clear_line() -> None:
    code = (
        "import sys, spoolproof._start\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'harness.cli.entry': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "spoolproof._start.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (Exit.INTERRUPTED, "", "spoolproof: stopped\n")


def test_a_word_that_is_none_of_those_accepted_is_told_without_the_parser_s_own_words(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert invoke(["run", "x.toml", "--world", "mars"]) == Exit.BAD_INPUT
    said = capfd.readouterr().err
    assert "'mars' is not one of 'live'" in said
    assert "Value error" not in said


def test_more_replications_than_anybody_waits_for_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "x.toml", "--world", "model", "--replications", str(10**20)]) == Exit.BAD_INPUT
    assert "100000" in capfd.readouterr().err


def _from_bash(words: str, home: Path, **variables: str) -> tuple[int, str, str]:
    """Exit code, stdout, stderr; Typer asks which shell started it."""
    script = f"{shlex.quote(sys.executable)} -m spoolproof {words}; echo $? >&3"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), "SHELL": "/bin/bash", **variables}
    code = home / "code"
    with code.open("w") as file:
        done = subprocess.run(
            ["bash", "-c", f"exec 3>&{file.fileno()}; {script}"],
            cwd=home,
            env=environment,
            pass_fds=[file.fileno()],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    return int(code.read_text()), done.stdout, done.stderr


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
def test_completion_is_done_without_another_word(tmp_path: Path, option: str) -> None:
    code, out, err = _from_bash(option, tmp_path)
    assert (code, err) == (Exit.VALID, "")
    assert "completion" in out
    assert option == "--show-completion" or (tmp_path / ".bashrc").is_file()


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
def test_completion_for_an_unknown_shell_is_bad_input(tmp_path: Path, option: str) -> None:
    code, _, err = _from_bash(f"{option} csh", tmp_path, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert code == Exit.BAD_INPUT
    assert "csh" in err
    assert "internal error" not in err


def test_completion_that_cannot_be_installed_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").mkdir()
    code, _, err = _from_bash("--install-completion", tmp_path)
    assert (code, err) == (Exit.BAD_INPUT, f"{tmp_path}/.bashrc: cannot be written: Is a directory\n")


def test_a_shell_that_asks_for_what_there_is_not_gets_no_verdict(tmp_path: Path) -> None:
    code, _, _ = _from_bash("", tmp_path, _SPOOLPROOF_COMPLETE="nonsense")
    assert code == Exit.BAD_INPUT


def test_a_command_that_ends_the_process_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    failing(monkeypatch, SystemExit(0))
    assert invoke(["version"]) == Exit.INTERNAL_ERROR
    assert "SystemExit: 0" in capfd.readouterr().err


PATHS = [
    ["lint", "{}"],
    ["run", "{}"],
    ["explore", "{}"],
    ["compare", "{}"],
    ["agree", "{}"],
    ["report", "{}"],
    ["replay", "{}"],
    ["clusters", "serve", "{}"],
    ["pipeline", "serve", "{}"],
]
"""Each command that reads what a path names."""


@pytest.mark.parametrize("arguments", [*PATHS, ["schema", "--out", "{}"], ["mutants", "--docs", "{}/x"]], ids=" ".join)
@pytest.mark.parametrize("ending", ["", ".toml", ".json", "/" + "b" * 300])
def test_a_name_that_no_file_can_have_is_bad_input(
    arguments: list[str], ending: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert invoke([word.format("a" * 5000 + ending) for word in arguments]) == Exit.BAD_INPUT
    shown = capfd.readouterr()
    assert shown.err.count("\n") == 1
    assert "Traceback" not in shown.err


@pytest.mark.parametrize("arguments", PATHS, ids=" ".join)
@pytest.mark.parametrize("ending", [".toml", ".json"])
def test_a_pipe_that_nobody_writes_to_is_refused_at_once(
    tmp_path: Path, arguments: list[str], ending: str, capfd: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / f"pipe{ending}"
    os.mkfifo(pipe)
    assert invoke([word.format(pipe) for word in arguments]) == Exit.BAD_INPUT
    assert "not a regular file" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreUnavailableError("db: the database cannot be reached"), Exit.SERVICE_UNAVAILABLE),
        (StoreOpenError("db: password authentication failed"), Exit.BAD_INPUT),
    ],
)
def test_a_store_that_is_away_is_told_from_one_that_is_refused(error: Exception, code: Exit) -> None:
    end = exit_of_error(error)
    assert end is not None
    assert (end.code, end.line) == (code, str(error))
