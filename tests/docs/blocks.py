"""The examples of a page: its fenced blocks, and a script that plays them in their order.

A block of `LANGUAGE NAME` is a file of that name. Of a block of `console` the lines that begin with `$ ` are commands
(a line that ends in a backslash goes on), and what follows each must be part of its output; `…` stands for anything. A
block of `python` without a name is a program, and one of `diff` changes files as `git apply` does. Blocks that cannot
be played stand behind `<!-- not run: REASON -->`. A page with `<!-- played in a copy of the checkout -->` changes the
repository itself.
"""

import re
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Block", "Command", "blocks_of", "commands_of", "script_of"]

_FENCE = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^>]*?) -->\n)?"
    r"^```(?P<language>\w*|\{[\w-]+\})(?: (?P<name>[\w./-]+))?\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """reason: why it is not run, None where it is."""

    language: str
    name: str | None
    text: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the script. shown: what its output must have."""

    words: str
    shown: tuple[str, ...] = field(default=())


def blocks_of(page: Path) -> list[Block]:
    """All fenced blocks of the page but directives of Sphinx."""
    return [
        Block(language=found["language"], name=found["name"], text=found["text"], reason=found["reason"])
        for found in _FENCE.finditer(page.read_text(encoding="utf-8"))
        if not found["language"].startswith("{")
    ]


def commands_of(blocks: list[Block]) -> list[Command]:
    """What is to be run, in order."""
    commands: list[Command] = []
    for number, block in enumerate(blocks):
        if block.reason is not None:
            continue
        if block.name:
            commands.append(Command(words=_written(block.name, block.text)))
        elif block.language == "diff":
            commands.append(Command(words=f"git apply -p1 -C1 --recount --unidiff-zero - <<'@@@'\n{block.text}@@@"))
        elif block.language == "python":
            name = f"block-{number}.py"
            commands.append(Command(words=f"{_written(name, block.text)}\n{shlex.quote(sys.executable)} {name}"))
        elif block.language == "console":
            commands += _console(block.text)
    return commands


def script_of(commands: list[Command]) -> str:
    """For bash: a line `@@ N` before the output of each command; whatever was left running ends with it."""
    steps = [f"echo '@@ {number}'\n{command.words}" for number, command in enumerate(commands)]
    return "\n".join(["set -euo pipefail", "trap 'kill $(jobs -p) 2>/dev/null && wait || true' EXIT", *steps, ""])


def _written(name: str, text: str) -> str:
    return f"mkdir -p $(dirname {name})\ncat > {name} <<'@@@'\n{text}@@@"


def _console(text: str) -> list[Command]:
    found: list[tuple[str, list[str]]] = []
    goes_on = False
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif goes_on:
            found[-1] = (f"{found[-1][0]}\n{line}", found[-1][1])
        elif line.strip() and line.strip() != "…":
            found[-1][1].append(line.strip())
        goes_on = (line.startswith("$ ") or goes_on) and line.endswith("\\")
    return [Command(words=words, shown=tuple(shown)) for words, shown in found]
