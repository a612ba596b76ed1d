"""The files that serving clusters writes: their content, and the check that no other file is replaced."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from connector.locked_file import lock_path
from connector.output_files import check_overwritable
from connector.targets import are_written_targets
from fake_clusters.admin.server import Admin
from fake_clusters.clusters_file import ClustersFile
from fake_clusters.errors import FarmError
from fake_clusters.keys import KEY_FILES

__all__ = ["admin_text", "check_served_files", "known_hosts_text"]

_KNOWN_HOSTS = "# host keys of fake clusters, written by spoolproof clusters serve\n"


def known_hosts_text(lines: str) -> str:
    """The host keys under a line by which the file is known again."""
    return _KNOWN_HOSTS + lines


def admin_text(admin: Admin) -> str:
    """Where the admin API is, as JSON."""
    return json.dumps(asdict(admin), indent=2) + "\n"


def check_served_files(file: ClustersFile) -> None:
    """Raises `FarmError` where one of them would replace, or a key would be put beside, what we did not write."""
    own: tuple[tuple[Path, Callable[[str], bool]], ...] = (
        (file.addresses, are_written_targets),
        (file.known_hosts, lambda text: text.startswith(_KNOWN_HOSTS)),
        (file.admin_addresses, _is_admin_text),
    )
    for path, is_generated in own:
        try:
            check_overwritable(path, is_generated)
        except OSError as error:
            raise FarmError(f"addresses: {path} cannot be written: {error.strerror}") from error
    _check_keys(
        file.keys,
        {path.name for path in (*(path for path, _ in own), lock_path(file.kept)) if path.parent == file.keys},
    )


def _is_admin_text(text: str) -> bool:
    try:
        return admin_text(Admin(**json.loads(text))) == text
    except (TypeError, ValueError, RecursionError):
        return False


def _check_keys(folder: Path, others: set[str]) -> None:
    try:
        found = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise FarmError(f"keys: {folder} is not a folder") from error
    except OSError as error:
        raise FarmError(f"keys: {folder} cannot be used: {error.strerror}") from error
    for path in found:
        name = re.sub(r"^\.(.+)\.[0-9a-f]{16}$", r"\1", path.name)  # what a killed process was about to write
        if name not in KEY_FILES | others:
            raise FarmError(f"keys: {folder} holds {path.name!r}, which is no key of ours; give a folder of its own")
        if path.is_symlink() or not path.is_file():
            raise FarmError(f"keys: {path} is not a regular file")
