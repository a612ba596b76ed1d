"""`make mutation`: mutate the checkers, run their tests on each mutant, and report those that survive."""

import argparse
import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutant_run import MUTATED, fails, warm_up
from tests.mutation.mutations import Mutation, mutations_of

SOURCES = Path(*MUTATED.split("."))
TESTS = Path("tests", *MUTATED.split("."))
EXPLAINED = Path(__file__).with_name("survivors.toml")
ALLOWED = 0.03
"""The part of all mutants that may survive, explained."""

_CHECKER = re.compile(r'"""[A-Z]\d+[,:] ')
"""How a module that is a checker opens: with its invariant. All others are shared by checkers."""

Key = tuple[str, str, str, str, int]
_FIELDS = ("file", "in", "before", "after", "nth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one file: how many mutants there were, and which survived."""

    path: Path
    total: int
    survivors: Sequence[Mutation]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 where every survivor is explained, and they are few."""
    parser = argparse.ArgumentParser(prog="make mutation", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="FILE", help="names of modules, such as clean.py")
    only = parser.parse_args(arguments).only
    known = {path.name: path for path in sorted(SOURCES.glob("*.py"))}
    if only and (unknown := sorted(set(only) - known.keys())):
        parser.error(f"no such file in {SOURCES}: {', '.join(unknown)}")
    warm_up()
    outcomes = [_mutate(path) for path in known.values() if not only or path.name in only]
    return _report(outcomes, _explained())


def _mutate(path: Path) -> Outcome:
    source = path.read_text()
    mutations = list(mutations_of(source, str(path)))
    own = TESTS / f"test_{path.name}"
    if mutations and _CHECKER.match(source) and not own.exists():
        sys.exit(f"{path}: it has no tests of its own: {own} is missing")
    tests = [*([str(own)] if own.exists() else []), *([] if _CHECKER.match(source) else [str(TESTS)])]
    if mutations and fails(tests):
        sys.exit(f"{path}: its tests fail without any mutation: {' '.join(tests)}")
    module = f"{MUTATED}.{path.stem}"
    survivors: list[Mutation] = []
    for number, mutation in enumerate(mutations, 1):
        if sys.stdout.isatty():
            print(f"\r{path}: {number} of {len(mutations)}, {len(survivors)} survived ", end="", flush=True)
        if not fails(tests, module, mutation.code):
            survivors.append(mutation)
    if sys.stdout.isatty():
        print("\r", end="")
    print(f"{path}: {len(mutations)} mutants, {len(survivors)} survived", flush=True)
    return Outcome(path=path, total=len(mutations), survivors=survivors)


def _explained() -> dict[Key, str]:
    rows = tomllib.loads(EXPLAINED.read_text())["survivor"]
    return {tuple({"nth": 1, **row}[field] for field in _FIELDS): row["reason"] for row in rows}


def _report(outcomes: Sequence[Outcome], explained: dict[Key, str]) -> int:
    survivors = {(row.path.name, *found.key): (row, found) for row in outcomes for found in row.survivors}
    names = {row.path.name for row in outcomes}
    for key, (row, found) in survivors.items():
        print(f"{row.path}:{found.line}: {found.before} -> {found.after}: {explained.get(key, 'NOT EXPLAINED')}")
        if key not in explained:
            print(f"    its key in {EXPLAINED.name}: {dict(zip(_FIELDS, key, strict=True))}")
    stale = [key for key in explained if key[0] in names and key not in survivors]
    for file, place, before, after, _ in stale:
        print(f"{EXPLAINED.name}: {file}: {place}: {before} -> {after}: explained, and no longer survives: remove it")
    total = sum(row.total for row in outcomes)
    print(f"{len(survivors)} of {total} mutants survived ({len(survivors) / max(total, 1):.1%}; at most {ALLOWED:.0%})")
    is_many = len(names) > 1 and len(survivors) > ALLOWED * total
    return 1 if stale or is_many or survivors.keys() - explained.keys() else 0


if __name__ == "__main__":
    sys.exit(main())
