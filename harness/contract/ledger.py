"""The names that a run gives to its shares, on disk before anything of that name is asked for.

A ledger is a file of JSON lines: the first says which run and which target, each other one a name. Its run holds a lock
on it as long as it lives, so that `contract sweep` can tell a killed run from one that is under way. A name is written
and synced before it is given out: whatever happens then, the name can be found.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from connector.targets import Target
from harness.errors import OutputError

__all__ = ["LedgerFile", "NameLedger", "default_folder", "ledgers", "same_target"]

_SUFFIX = ".ledger"


def default_folder() -> Path:
    """Where ledgers are kept unless told otherwise."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "spoolproof" / "contract"


def same_target(target: Target) -> Mapping[str, Any]:
    """What has to be equal for two targets to be the same cluster seen by the same account."""
    return {"host": target.host, "port": target.port, "username": target.username}


class NameLedger:
    """The ledger of a run under way. token: in every name that is registered, and in no other anywhere."""

    def __init__(self, descriptor: int, path: Path, token: str) -> None:
        self._descriptor = descriptor
        self._path = path
        self.token = token
        self.names: dict[str, None] = {}

    @classmethod
    @contextmanager
    def open(cls, folder: Path, target: Target, token: str) -> Iterator[Self]:
        """Make it, locked; it stays on disk until `forget`. Raises `OutputError`."""
        path = folder / f"{token}{_SUFFIX}"
        begun = path.with_suffix(".new")  # no sweep sees it before it is locked
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(begun, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ledger = cls(descriptor, path, token)
            ledger._append({"token": token, "target": same_target(target)})
            begun.rename(path)
            _sync_folder(folder)
            yield ledger
        finally:
            os.close(descriptor)

    def register(self, name: str, *, checked: bool = False) -> str:
        """The name, once it is on disk. checked: no share has it, so that it is ours without the token too.

        Raises `OutputError`.
        """
        assert checked or self.token in name, "a name without the token could be anybody's"
        self._register((name,))
        return name

    def register_checked(self, names: Iterable[str]) -> None:
        """Names that no share has, all of them on disk at once. Raises `OutputError`."""
        self._register(names)

    def _register(self, names: Iterable[str]) -> None:
        fresh = [name for name in dict.fromkeys(names) if name not in self.names]
        if fresh:
            self._append(*({"name": name} for name in fresh))
            self.names |= dict.fromkeys(fresh)

    def forget(self) -> None:
        """Nothing of this run is left."""
        with suppress(FileNotFoundError):
            self._path.unlink()

    def _append(self, *rows: Mapping[str, Any]) -> None:
        left = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFile:
    """The ledger of a run that is over, and did not end by itself or left something behind."""

    path: Path
    token: str
    target: Mapping[str, Any]
    names: tuple[str, ...]

    def owns(self, name: str) -> bool:
        """Whether a share of that name was made by this run: no other name has its token."""
        return name in self.names or self.token in name


@contextmanager
def ledgers(folder: Path) -> Iterator[tuple[list[LedgerFile], int]]:
    """Those whose run is over, held meanwhile so that two sweeps do not meet; and how many runs are under way."""
    with _Held() as held:
        found = [held.take(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]
        yield [each for each in found if each is not None], found.count(None)


class _Held:
    """Locks of ledgers."""

    def __init__(self) -> None:
        self._descriptors: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for descriptor in self._descriptors:
            os.close(descriptor)

    def take(self, path: Path) -> LedgerFile | None:
        """None where its run is under way."""
        descriptor = os.open(path, os.O_RDONLY)
        self._descriptors.append(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        return _read(path)


def _read(path: Path) -> LedgerFile:
    """A last line that a kill cut short was never given out as a name."""
    rows: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError):
            rows.append(json.loads(line))
    none: dict[str, Any] = {"token": path.stem, "target": {}}
    head = next((row for row in rows if "token" in row), none)
    names = tuple(row["name"] for row in rows if "name" in row)
    return LedgerFile(path=path, token=head["token"], target=head["target"], names=names)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
