"""`spoolproof service example`: services that are not part of the product, to be played, copied into a folder."""

import shutil
import sys
from pathlib import Path

from rich.table import Table

import harness
from connector.toml_words import did_you_mean
from harness.cli.stdout import print_json, results_console
from harness.errors import InputProblems, OutputError
from reports.plain import plain

__all__ = ["copy_example", "example_names", "list_examples"]

_EXAMPLES = Path(harness.__file__).parents[1] / "examples"
_README = "README.md"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*cache", ".venv", "build", "results", "found")


def example_names() -> list[str]:
    """Of the examples that come with the product."""
    return sorted(path.parent.name for path in _EXAMPLES.glob(f"*/{_README}"))


def list_examples(*, json: bool) -> None:
    """Print their names, and what each is."""
    rows = [(name, _title(name)) for name in example_names()]
    if json:
        print_json({"examples": [{"name": name, "title": title} for name, title in rows]})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("example", no_wrap=True)
    table.add_column("the service")
    for row in rows:
        table.add_row(*row)
    results_console().print(table)


def copy_example(name: str, folder: Path | None) -> None:
    """Copy an example; folder: default: its name. Raises `InputProblems` for another name, `OutputError`."""
    if name not in example_names():
        known = example_names()
        raise InputProblems(f"spoolproof: no example {name!r}{did_you_mean(name, known)}; accepted: {', '.join(known)}")
    target = Path(name) if folder is None else folder
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise OutputError(f"{target}: is there already; choose a new or an empty folder")
        shutil.copytree(_EXAMPLES / name, target, ignore=_LEFT_OUT, dirs_exist_ok=True)
    except shutil.Error as error:
        raise OutputError(f"{target}: cannot be written: {error.args[0][0][2]}") from error
    except OSError as error:
        raise OutputError(f"{error.filename or target}: cannot be written: {error.strerror}") from error
    sys.stderr.write(plain(f"spoolproof: wrote {target}; {target / _README} says what is in it\n"))


def _title(name: str) -> str:
    """The heading of its README."""
    heading, _, _ = (_EXAMPLES / name / _README).read_text(encoding="utf-8").partition("\n")
    return heading.lstrip("# ")
