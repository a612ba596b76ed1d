"""Every example of the pages works: its files are read, its commands run, its programs hold."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest
import typer

from connector.errors import TomlProblems
from connector.table import TomlTable
from connector.tomlfile import TomlDocument
from fake_clusters.clusters_file import ClustersTable
from harness.cli.app import app
from harness.cli.exits import Exit
from harness.contract.target_file import ContractTargetTable
from harness.fidelity.declared import DifferencesTable
from harness.scenario.parse import parse_scenario, shipped_scenarios
from harness.scenario.scenario import WorkloadKind
from harness.tape.tape_file import TapeTable
from pipeline.settings import PipelineSettings
from tests.docs.blocks import Command, blocks_of, commands_of, script_of
from tests.docs.command import served_command

ROOT = Path(__file__).parents[2]
PAGES = {str(path.relative_to(ROOT)): path for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])}
KINDS = ("tutorial", "how-to", "reference", "explanation")
LANGUAGES = {"console", "diff", "python", "toml"}
"""Of blocks that are played or checked, unless they say why not."""

OTHER_PLUGINS = ("locust", "schemathesis", "hypothesispytest")
"""Plugins of pytest that are here by chance, and take longer to load than what a page tests."""
_SEVERAL = 3
"""So many times the command `spoolproof` pays for a process that has imported it."""

each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


@pytest.mark.timeout(360)  # a page of ten commands takes half a minute of CPU time
@pytest.mark.parametrize("page", [name for name, path in PAGES.items() if commands_of(blocks_of(path))])
def test_the_examples_of_a_page_work(page: str, tmp_path: Path) -> None:
    commands = commands_of(blocks_of(ROOT / page))
    changes_the_repository = "<!-- played in a copy of the checkout -->" in PAGES[page].read_text(encoding="utf-8")
    if changes_the_repository:
        _copy_the_checkout(tmp_path / "checkout")
    _leave_a_demo(tmp_path)
    where, root = (tmp_path / "checkout",) * 2 if changes_the_repository else (tmp_path, ROOT)
    done = _play(commands, where, root)
    outputs = dict(zip(*[iter(re.split(r"^@@ (\d+)\n", done.stdout, flags=re.MULTILINE)[1:])] * 2, strict=True))
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    for number, command in enumerate(commands):
        for line in command.shown:
            assert _plain(line.rstrip("…")) in _plain(outputs[str(number)] + done.stderr), command.words


def _leave_a_demo(where: Path) -> None:
    """What `make demo`, the first command of all, leaves in a checkout."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (out,) = re.findall(r"^\t.* run scenarios/demo\.toml --out (\S+) --force$", makefile, re.MULTILINE)
    (where / out).mkdir(parents=True)
    (where / out / "journal.json").write_text("{}")


def _copy_the_checkout(where: Path) -> None:
    """What is under version control or could be: neither environments nor builds. With what is compiled already, since
    each command would compile all of it anew where Python may write no bytecode."""
    shutil.copytree(ROOT, where, ignore=shutil.ignore_patterns(".*", "build", "runs", "dist"))


def _play(commands: list[Command], where: Path, root: Path) -> subprocess.CompletedProcess[str]:
    """With the command of the checkout at `root`, in a folder, as nobody in particular."""
    folder = where.with_name(f"{where.name}-bin")
    folder.mkdir()
    folders = (str(folder), str(Path(sys.executable).parent), os.environ["PATH"])
    settings = {
        "PATH": os.pathsep.join(folders),
        "HOME": str(where),
        "PYTHONPATH": str(root),
        "COLUMNS": "100",
        "PYTEST_ADDOPTS": " ".join(f"-p no:{name}" for name in OTHER_PLUGINS),
    }
    with _command(commands, folder, root) as words:
        command = folder / "spoolproof"
        command.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        command.chmod(0o755)
        return subprocess.run(
            ["bash", "-c", script_of(commands)],
            stdin=subprocess.DEVNULL,  # what a command may read is not the rest of the script
            cwd=where,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=330,
            check=False,
        )


def _command(commands: list[Command], folder: Path, root: Path) -> AbstractContextManager[str]:
    """What a shell runs for `spoolproof`."""
    times = sum(len(re.findall(r"^spoolproof ", command.words, re.MULTILINE)) for command in commands)
    if root == ROOT and times >= _SEVERAL:
        return served_command(folder, root)
    return nullcontext(f"{shlex.quote(sys.executable)} -P -m spoolproof")


def _plain(output: str) -> str:
    """Frames and the wrapping of lines are the terminal's."""
    return " ".join(re.sub("[╭╮╰╯│─]+", " ", output).split())


@each_page
def test_what_is_not_run_says_why(page: Path) -> None:
    for block in blocks_of(page):
        assert block.language in LANGUAGES | {"text", "json", "yaml", "groovy", "sql"}, block.text
        assert block.reason is None or len(block.reason) > 10
        assert block.language in LANGUAGES or not re.search(r"^\$ |^spoolproof ", block.text, re.MULTILINE), block.text


@each_page
def test_no_link_leads_nowhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)#]*)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert not target or (page.parent / target).exists(), target


@each_page
def test_every_command_of_a_page_is_one_that_there_is(page: Path) -> None:
    lines = [
        line
        for block in blocks_of(page)
        for line in re.findall(_COMMANDS.get(block.language, "(?!)"), block.text, re.MULTILINE)
    ]
    for line in lines:
        words = shlex.split(re.split(r"[|>&\\]", line)[0], comments=True)
        _parse(words)


_COMMANDS: Mapping[str, str] = {
    "console": r"^\$ spoolproof (.*)$",
    "yaml": r"^ *(?:- )?(?:run: )?spoolproof (.*)$",
    "groovy": r"^ *sh '\.venv/bin/spoolproof (.*)'$",
}


def _parse(words: list[str]) -> None:
    """Raises what Typer raises where there is no such command or option; nothing is run."""
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        if words[0] not in command.commands and hasattr(command, "default"):
            words = [command.default, *words]
        command, words = command.commands[words[0]], words[1:]
    if words and words[0].startswith("-") and hasattr(command, "commands"):
        assert words[0] in {option for each in command.params for option in each.opts}, words
        return
    context = command.make_context(command.name, list(words), resilient_parsing=False)
    named = context.params.get("scenarios") or context.params.get("what") or context.params.get("scenario") or ()
    for name in [named] if isinstance(named, str) else named:
        assert name in shipped_scenarios() or "/" in name or name.endswith(".toml"), name


def _is_read(document: TomlDocument, model: type[TomlTable]) -> bool:
    try:
        document.validate(model)
    except TomlProblems:
        return False
    return True


_BASE = 'title = "x"\n[workload]\nrate = 1\nduration = "30s"\n'
_PLACES = "[clusters.north]\n[clusters.south]\n"
_PHASE = '[[phases]]\nname = "{}"\nbetween = ["5s", "20s"]\n'


@each_page
def test_every_piece_of_a_file_on_a_page_is_one(page: Path) -> None:
    """Of a scenario, of a file of clusters or of a pipeline to be served, of a target of the contract suite, of
    intended differences, a tape."""
    for block in blocks_of(page):
        if block.language != "toml" or block.name is not None:
            continue
        document = TomlDocument.parse(block.text, page.name)
        models = (ClustersTable, PipelineSettings, ContractTargetTable, DifferencesTable, TapeTable)
        served = [model for model in models if _is_read(document, model)]
        if served:
            continue
        text = block.text
        if "title" not in text:
            places = "" if re.search(r"^\[clusters", text, re.MULTILINE) else _PLACES
            phases = set(re.findall(r'^phase = "(.*)"', text, re.MULTILINE))
            text = _BASE + places + "".join(map(_PHASE.format, sorted(phases))) + text
        parse_scenario(text, page.name)


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_of_each_kind_of_page_has_every_page_once(kind: str) -> None:
    folder = ROOT / "docs" / kind
    listed = re.findall(r"^\| \[.*?\]\(([\w-]+\.md)\)", (folder / "index.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.md") if path.name != "index.md")


def test_the_readme_has_every_exit_code() -> None:
    (told,) = re.findall(r"exit status (0 .*?)\.\n", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    bounds = [(int(first), int(last or first)) for first, last in re.findall(r"(\d+)(?: to (\d+))?", told)]
    assert {code for first, last in bounds for code in range(first, last + 1)} == set(Exit)


def test_the_page_on_scenarios_says_what_each_kind_of_arrival_does() -> None:
    page = (ROOT / "docs" / "reference" / "scenario.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"^### What an arrival does \(`mix`\)\n\n(.*?)\n\n", page, re.MULTILINE | re.DOTALL)
    named = {word for words in re.findall(r"(?:^|\. )([\w, -]+):", told) for word in words.split(", ")}
    assert named == set(WorkloadKind)
