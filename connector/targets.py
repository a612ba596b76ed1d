"""Where clusters are and how to log in: the file that a cluster server writes and that others read."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from connector.atomic_file import write_private
from connector.errors import TargetError
from connector.input_files import read_input
from connector.names import ClusterName

__all__ = ["Target", "are_written_targets", "read_targets", "write_targets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One cluster's address and login.

    host_key: the pinned fingerprint, `SHA256:…`; known_hosts: a file instead. One of the two is needed
    unless `insecure` says that the host may be anyone. other_host_keys: fingerprints of what the host may show as well,
    since most hosts have a key of each kind.
    client_key: path of a private key file. password: instead of it. Neither: no authentication.
    """

    name: ClusterName
    host: str
    port: int
    dialect: str = "native"
    username: str = "spool"
    password: str | None = None
    client_key: str | None = None
    host_key: str | None = None
    other_host_keys: tuple[str, ...] = ()
    known_hosts: str | None = None
    insecure: bool = False

    @property
    def pinned(self) -> tuple[str, ...]:
        """The fingerprints of the only host keys to trust; none where `known_hosts` or `insecure` decides."""
        return () if self.insecure or self.host_key is None else (self.host_key, *self.other_host_keys)


_FILE: TypeAdapter[dict[str, list[Target]]] = TypeAdapter(dict[str, list[Target]])


def write_targets(path: Path, targets: list[Target]) -> None:
    """Write the address file, readable by its owner only (it may hold a password), in one step."""
    write_private(path, _text_of(targets))


def are_written_targets(text: str) -> bool:
    """Whether that is an address file as `write_targets` writes it, and none that somebody made by hand."""
    try:
        return _text_of(_FILE.validate_json(text)["clusters"]) == text
    except (KeyError, ValidationError):
        return False


def _text_of(targets: list[Target]) -> str:
    rows: list[dict[str, Any]] = [asdict(target) for target in targets]
    return json.dumps({"clusters": rows}, indent=2) + "\n"


def read_targets(path: Path) -> list[Target]:
    """Read an address file. Raises `TargetError` naming the file and the key."""
    try:
        return _FILE.validate_json(read_input(path))["clusters"]
    except OSError as error:
        raise TargetError(f"{path}: cannot be read: {error.strerror}") from error
    except KeyError as error:
        raise TargetError(f"{path}: needs the key 'clusters'") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TargetError(f"{path}: {where or 'the file'}: {first['msg']}") from error
