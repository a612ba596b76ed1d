"""The modules of a service, imported anew in each life of each part: no global outlives a kill, or is shared.

Libraries are imported once for the whole process, as nobody's code. What lies in the service's folder is imported per
life, and is in `sys.modules` only while it is being imported, so that two lives never meet there.
"""

import builtins
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from os import PathLike, fspath
from types import ModuleType
from typing import Any

from harness.errors import WorldError
from harness.virtual.hosted.life import HostedLife, current_life
from harness.virtual.hosted.origin import is_own
from harness.virtual.hosted.replaced import replace_function
from harness.virtual.hosts import NOWHERE

__all__ = ["install", "load"]


def load(life: HostedLife, words: str) -> Any:
    """What `module:attribute` names. Called as the life; raises `WorldError`, or what importing raises."""
    name, _, attribute = words.partition(":")
    with _installed(life):
        found: Any = importlib.import_module(name)
    for word in attribute.split("."):
        if not hasattr(found, word):
            raise WorldError(f"{words}: {name} has no {word!r}")
        found = getattr(found, word)
    return found() if _is_factory(found) else found


def install() -> None:
    """Let `importlib.import_module` find a life's own modules too."""
    original = importlib.import_module

    def import_module(life: HostedLife, name: str, package: str | None = None) -> ModuleType:
        if not (name.startswith(".") or _has(life, name)):
            return original(name, package)
        with _installed(life):
            return original(name, package)

    replace_function(importlib, "import_module", import_module)


def _is_factory(found: Any) -> bool:
    """Whether it makes the application: a function without parameters that is no coroutine function."""
    return (
        inspect.isfunction(found) and not inspect.iscoroutinefunction(found) and not inspect.signature(found).parameters
    )


def _has(life: HostedLife, name: str) -> bool:
    top = name.partition(".")[0]
    package = life.folder / top
    return (life.folder / f"{top}.py").is_file() or (package.is_dir() and any(package.glob("*.py")))


@contextmanager
def _installed(life: HostedLife) -> Iterator[None]:
    """The life's own modules are in `sys.modules`, and can be found, while the context is open."""
    if any(isinstance(finder, _OwnFinder) and finder.life is life for finder in sys.meta_path):
        yield
        return
    finder = _OwnFinder(life)
    hidden = {name: module for name, module in sys.modules.items() if _has_cached(finder, name)}
    for name in hidden:
        del sys.modules[name]
    sys.modules.update(life.modules)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        own = [name for name in sys.modules if _has_cached(finder, name)]
        life.modules.update({name: sys.modules.pop(name) for name in own})
        sys.modules.update(hidden)


def _has_cached(finder: "_OwnFinder", name: str) -> bool:
    return name.partition(".")[0] in finder.tops


class _OwnFinder:
    """Finds what lies in the folder of a life."""

    def __init__(self, life: HostedLife) -> None:
        self.life = life
        entries = sorted(life.folder.iterdir())
        self.tops = frozenset(entry.stem for entry in entries if _has(life, entry.stem))

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in self.tops:
            return None
        spec = PathFinder.find_spec(name, [str(self.life.folder)] if path is None else path, target)
        if (
            spec is not None
            and isinstance(spec.loader, SourceFileLoader)
            and is_own(spec.loader.path, self.life.folder)
        ):
            spec.loader = _OwnLoader(spec.loader.name, spec.loader.path)
        return spec


class _OwnLoader(SourceFileLoader):
    """Gives a module builtins that import as its life does, also when a function of it imports later."""

    def exec_module(self, module: ModuleType) -> None:
        life = current_life()
        assert life is not None, "modules of a service are imported as one of its lives"
        module.__dict__["__builtins__"] = {
            **vars(builtins),
            "__import__": _import_as(life),
            "open": _open_as(life),
        }
        super().exec_module(module)


def _import_as(life: HostedLife) -> Callable[..., ModuleType]:
    def import_(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        if level or _has(life, name):
            with _installed(life):
                return builtins.__import__(name, globals, locals, fromlist, level)
        # A library's code at import is nobody's: it runs once, in whichever life comes first.
        return NOWHERE.run(builtins.__import__, name, globals, locals, fromlist, level)

    return import_


def _open_as(life: HostedLife) -> Callable[..., Any]:
    """`open`, where a relative path is below the working folder of the life: all parts are one process here."""

    def open(file: int | str | bytes | PathLike[str] | PathLike[bytes], *args: Any, **options: Any) -> Any:
        if not isinstance(file, int):
            path = fspath(file)
            file = str(life.work / (path.decode() if isinstance(path, bytes) else path))
        return builtins.open(file, *args, **options)

    return open
