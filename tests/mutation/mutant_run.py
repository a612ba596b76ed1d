"""Runs tests against a mutant, in a forked process that has everything but the checkers imported already."""

import gc
import os
import resource
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import CodeType, ModuleType
from typing import Any

import pytest

__all__ = ["MUTATED", "fails", "warm_up"]

MUTATED = "harness.checkers"
"""The package whose modules are mutated."""

_WARM = ("harness.attribution", "harness.scenario.parse", "pipeline.problems", "reports.sentences", "reports.verdicts")
"""What the tests import, and what imports no checker."""

_CPU_SECONDS = 20
"""CPU time that the tests of one mutant may take: a mutant that loops for ever is found. Load does not matter to it."""

_PLUGINS = ("pytest_asyncio.plugin", "pytest_timeout")
"""Only those that the configuration names: loading the others takes longer than the tests."""

_OPTIONS = (
    *("-x", "-q", "-p", "no:cacheprovider", "--disable-plugin-autoload"),
    *(word for plugin in _PLUGINS for word in ("-p", plugin)),
)


def warm_up() -> None:
    """Import what every mutant needs."""
    for name in _WARM:
        import_module(name)
    assert MUTATED not in sys.modules, "a mutant would meet the originals: _WARM imports a checker"
    sys.dont_write_bytecode = False  # compiling the tests anew for every mutant takes longer than running them
    gc.freeze()  # pytest collects garbage at its end


def fails(tests: Sequence[str], module: str = "", code: CodeType | None = None) -> bool:
    """Whether one of the tests fails, crashes or takes too long when `module` has this code."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = _run(tests, module, code)
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    return ended != 0


def _run(tests: Sequence[str], module: str, code: CodeType | None) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    if code is not None:
        sys.meta_path.insert(0, _MutantFinder(module, code))
    return int(pytest.main([*tests, *_OPTIONS]))


class _MutantFinder(MetaPathFinder, Loader):
    """Gives the mutant when its module is imported."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module = module
        self._code = code

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self) if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)
