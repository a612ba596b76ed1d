"""python apply.py STEP: applies the patch of a step to the portal in this folder, as `patch -p1` would."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def hunks(patch: str) -> list[tuple[str, list[str], list[str]]]:
    """Each change of a patch: the file, its lines before, and its lines after."""
    found: list[tuple[str, list[str], list[str]]] = []
    file = ""
    for line in patch[patch.index("\ndiff --git ") :].splitlines(keepends=True):
        if line.startswith("+++ b/"):
            file = line[6:].rstrip("\n")
        elif line.startswith("@@ "):
            found.append((file, [], []))
        elif found and not line.startswith(("diff --git ", "--- a/", "index ")):
            _, before, after = found[-1]
            before += [line[1:]] if line[0] in " -" else []
            after += [line[1:]] if line[0] in " +" else []
    return found


def place_of(lines: list[str], wanted: list[str], start: int) -> int:
    """Where the lines of a hunk stand, from `start` on."""
    for place in range(start, len(lines) - len(wanted) + 1):
        if lines[place : place + len(wanted)] == wanted:
            return place
    raise LookupError


def apply(patch: str) -> dict[str, str]:
    """The files that a patch changes, as they are after it. Raises `LookupError` where it does not fit."""
    changed: dict[str, list[str]] = {}
    ends: dict[str, int] = {}
    for file, before, after in hunks(patch):
        lines = changed.setdefault(file, (HERE / file).read_text(encoding="utf-8").splitlines(keepends=True))
        place = place_of(lines, before, ends.get(file, 0))
        lines[place : place + len(before)] = after
        ends[file] = place + len(after)
    return {file: "".join(lines) for file, lines in changed.items()}


def main() -> None:
    known = {path.name.partition("-")[0]: path for path in sorted((HERE / "steps").glob("*.patch"))}
    step = known.get(sys.argv[1]) if len(sys.argv) == 2 else None
    if step is None:
        sys.exit(f"usage: python apply.py STEP; the steps: {', '.join(known)}")
    try:
        changed = apply(step.read_text(encoding="utf-8"))
    except (LookupError, OSError):
        sys.exit(f"{step.name} does not fit: apply the steps in their order, each once, to files that are as they were")
    for file, text in changed.items():
        (HERE / file).write_text(text, encoding="utf-8")
        print(f"patching file {file}")


if __name__ == "__main__":
    main()
