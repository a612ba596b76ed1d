"""What users import: these names, and nothing that takes long to import."""

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import spoolproof
from spoolproof import errors

_TYPES = {
    *("Anomaly", "AsyncCluster", "AsyncFarm", "ClauseResult", "Cluster", "Clusters", "Effect", "Farm", "Finding"),
    *("Gate", "Injection", "Pipeline", "Pipelines", "Result", "Share", "Target", "Verdict"),
}
_ERRORS = {"ClosedError", "InputError", "LabError", "OutputError", "SpoolproofError", "StartError", "WaitError"}
_FUNCTIONS = {"clusters", "pipeline", "run", "run_async"}
_OF_ADAPTERS = {
    *("Access", "AccessRule", "Allowances", "Answer", "HttpClient", "HttpRequest", "HttpResponse", "Op", "OpKind"),
    *("OpResult", "SeenShare", "ServiceError", "rule_of"),
}
_HEAVY = ("asyncio", "email", "http", "json", "multiprocessing", "socket", "ssl", "subprocess", "tempfile", "threading")
_MOST = 70
"""Modules: of this package, of `dataclasses`, `enum`, `pathlib` and `typing`, and those that every Python imports."""


def _imported() -> set[str]:
    """The modules that `import spoolproof` adds to those of a Python that has just started."""
    code = "import sys; old = set(sys.modules); import spoolproof; print(*sorted(set(sys.modules) - old))"
    root = spoolproof.__file__.rpartition("/spoolproof/")[0]
    bare = [sys.executable, "-S", "-P", "-c", f"import sys; sys.path.insert(0, {root!r}); {code}"]
    return set(subprocess.run(bare, capture_output=True, text=True, check=True).stdout.split())


def test_the_public_names_are_these() -> None:
    assert spoolproof.__all__ == sorted(_TYPES | _ERRORS | _FUNCTIONS)
    named = {name for name, value in vars(spoolproof).items() if not isinstance(value, ModuleType)}
    assert {name for name in named if not name.startswith("_")} == set(spoolproof.__all__)


def test_what_adapters_import_is_these_and_can_be_imported_outside_the_lab_too(tmp_path: Path) -> None:
    code = "import spoolproof.services as names; print(*names.__all__)"
    root = spoolproof.__file__.rpartition("/spoolproof/")[0]
    outside = [sys.executable, "-P", "-c", f"import sys; sys.path.append({root!r}); {code}"]
    told = subprocess.run(outside, capture_output=True, text=True, check=True, cwd=tmp_path).stdout.split()
    assert told == sorted(_OF_ADAPTERS)


def test_every_error_is_one_of_the_tree_at_the_top_of_its_file() -> None:
    assert errors.__doc__ is not None
    assert set(errors.__all__) == _ERRORS
    for name in _ERRORS:
        assert name in errors.__doc__
        assert issubclass(getattr(errors, name), errors.SpoolproofError)


def _imports_of(path: Path) -> set[str]:
    """The packages that a file imports, in functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_only_the_lab_s_own_process_imports_the_lab() -> None:
    files = sorted(Path(spoolproof.__file__).parent.glob("*.py"))
    foreign = {path.name: _imports_of(path) - sys.stdlib_module_names - {"spoolproof"} for path in files}
    assert {name: found for name, found in foreign.items() if found} == {
        "_lab.py": {"harness"},
        "_pytest.py": {"pytest"},
        "_pytest_clauses.py": {"pytest"},
        "_start.py": {"harness"},
        "services.py": {"connector", "harness", "reports"},
    }


def test_importing_it_imports_the_standard_library_alone_and_little_of_that() -> None:
    imported = _imported()
    roots = {name.partition(".")[0] for name in imported}
    assert roots - sys.stdlib_module_names == {"spoolproof"}
    assert not roots.intersection(_HEAVY)
    assert len(imported) <= _MOST
