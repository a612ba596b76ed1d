"""The repository uses the plain words of its field: no replaced name comes back, and one name means one thing."""

import ast
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parent.parent
_ROOMS = ("connector", "fake_clusters", "pipeline", "reports", "harness")
"""`spoolproof` is left out: its classes are the users' side of the journal's, and have their names on purpose."""

_REPLACED_NAMES = {
    "admin_told": "serve_admin",
    "aimed": "retarget",
    "altered": "replace",
    "are_apart": "blocked",
    "ArmedRule": "ActiveFault",
    "Spoken": "HttpRequest",
    "_babble": "_send_garbage",
    "Bell": "Wakeup",
    "bend": "apply",
    "blame": "error_mapping",
    "Blind": "Inconclusive",
    "Broke": "HarnessFailure",
    "bury": "detach",
    "calm": "fast path",
    "ClusterRoad": "SshTransport",
    "Courier": "HttpClient",
    "courier": "http_client",
    "Course": "Run",
    "Crew": "Executor",
    "Cuts": "Partitions",
    "_Death": "HostKilled",
    "Diary": "NemesisLog",
    "Evidence": "HistoryIndex, AuditRoutes",
    "fate": "match",
    "filled": "from_row",
    "Gone": "Absent",
    "Graveyard": "DeadTasks",
    "_greet": "_send_banner",
    "Ground": "Runtime",
    "Held": "LeasedClaim",
    "hired": "open_executor",
    "judge": "validate or check",
    "Kept": "SavedFailures",
    "Kernel": "HostResource",
    "lanes": "batched_rng",
    "_LAST_WORDS": "MAX_UNWIND_STEPS",
    "lay_to_rest": "close_all",
    "leash": "die_with_parent",
    "leashed": "die_with_parent",
    "Life": "ShareLifetime",
    "Mail": "ServiceFaults",
    "Meaning": "OutcomeClass",
    "Means": "DesignContext",
    "meet": "wait_connect",
    "milder_than": "shrink_parameters",
    "out_of_reach": "unsupported_steps",
    "Played": "RunResult",
    "Player": "TrialRunner",
    "plight": "RetryState",
    "_Postman": "FaultySpool",
    "Question": "InMemoryRequest",
    "quick": "fast_frozen",
    "Ran": "RunReport",
    "Reception": "ServerConnection",
    "Reins": "RunHandle",
    "Rigour": "Strictness",
    "rigour": "strictness",
    "RuledMail": "FaultySpool",
    "Seams": "Overrides",
    "seams": "overrides",
    "Setup": "VirtualConfig",
    "sprung": "fired",
    "Story": "RecordTimeline",
    "Strike": "Injection",
    "student": "confidence",
    "Swing": "LatencyPhase",
    "Telling": "ProgressReporter",
    "telling": "on_progress",
    "Told": "a name for the thing itself",
    "Traps": "Failpoints",
    "trouble": "slow path",
    "twin": "sim",
    "undoing": "rollback",
    "Wanted": "RunOptions, CompareOptions, ...",
    "WebRoad": "HttpTransport",
    "whole_file": "atomic_file",
    "words_of": "format_result",
    "write_whole": "write_atomic",
}
"""Names of classes, functions and modules that a reader could not guess, and what they are called now."""

_REPLACED_SENTENCES = {
    "an unfinished run is the same as nothing": "interrupted: run incomplete, nothing to compare",
    "a fault of our own": "internal error; please report it",
    "is not a thing": "... is not available for ...; available: ...",
    "no such thing can be done in this world": "skipped: not supported in the model world",
    "so-manieth": "every Nth matching call",
    "nothing to remark": "ok",
    "without a share to concern": "1 delete skipped: no active share to delete yet",
    "perhaps not the least": "may not be minimal",
    "nothing in it gets a chance": "immediate; no cleanup runs",
}

_MIRRORS = {
    "harness/scenario/service.py": "pipeline/settings/",
    "harness/service/environment.py": "pipeline/runtime.py",
}
"""Modules that may use the class names of another, or of a package: the harness describes the service under test, which
need not be the reference pipeline, in the same words and without importing it."""


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [_ROOT / name for name in listed.stdout.split("\0") if name and (_ROOT / name).is_file()]


def _sources() -> list[Path]:
    return _tracked(*(f"{room}/*.py" for room in _ROOMS))


def _definitions(path: Path) -> Iterator[tuple[str, int]]:
    """The names that a module defines, its own included: classes, functions, and assigned at the top."""
    yield path.stem, 1
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno
    for node in tree.body:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name):
                yield target.id, node.lineno


def test_no_replaced_name_comes_back() -> None:
    found = [
        f"{path.relative_to(_ROOT)}:{line}: {name}; say {_REPLACED_NAMES[name]}"
        for path in _sources()
        for name, line in _definitions(path)
        if name in _REPLACED_NAMES
    ]
    assert not found, "\n".join(found)


def test_no_replaced_sentence_comes_back() -> None:
    texts = [
        path
        for path in _tracked("*.py", "*.toml", "*.html", "*.js", "docs/*.md", "README.md")
        if path.name != Path(__file__).name
    ]
    found = [
        f"{path.relative_to(_ROOT)}: {old!r}; say {new!r}"
        for path in texts
        for old, new in _REPLACED_SENTENCES.items()
        if old in " ".join(path.read_text(encoding="utf-8").split())
    ]
    assert not found, "\n".join(found)


def _is_mirror(file: str, files: list[str]) -> bool:
    return file in _MIRRORS and any(other.startswith(_MIRRORS[file]) for other in files)


def test_a_public_class_name_means_one_thing() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in _sources():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(_ROOT)))
    shared = {
        name: files
        for name, files in places.items()
        if len([file for file in files if not _is_mirror(file, files)]) > 1
    }
    assert not shared
