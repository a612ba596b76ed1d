"""Whatever a linter or the type checker is told to ignore is named by its code, and its reason stands beside it."""

import io
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parent.parent
_MARK = re.compile(r"#\s*(noqa|type:\s*ignore|pragma|pyright|mypy:)")
_WITH_REASON = re.compile(r"# noqa: [A-Z]+[0-9]+ - \S|# type: ignore\[[a-z, -]+\] +# (?!noqa)\S")


def _unexplained(text: str) -> list[str]:
    if not _MARK.search(text):
        return []
    comments = (
        token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    )
    return [
        f"line {token.start[0]}: {token.string}"
        for token in comments
        if _MARK.search(token.string) and not _WITH_REASON.search(token.string)
    ]


def test_each_ignore_has_a_code_and_a_reason() -> None:
    listed = subprocess.run(["git", "ls-files", "-z", "*.py"], cwd=_ROOT, check=True, capture_output=True, text=True)
    files = [_ROOT / name for name in listed.stdout.split("\0") if (_ROOT / name).is_file()]
    assert [f"{path}: {row}" for path in files for row in _unexplained(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("comment", "is_explained"),
    [
        ("# noqa: F401 - it is wanted imported", True),
        ("# noqa: F401", False),
        ("# noqa", False),
        ("# type: ignore[arg-type]  # a test's own fields", True),
        ("# type: ignore[arg-type]", False),
        ("# type: ignore[arg-type]  # noqa: F401", False),
        ("# type: ignore", False),
        ("# pragma: no cover", False),
    ],
)
def test_an_ignore_without_either_is_found(comment: str, *, is_explained: bool) -> None:
    assert (_unexplained(f"import os  {comment}\n") == []) is is_explained
