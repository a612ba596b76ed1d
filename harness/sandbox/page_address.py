"""Where the page is and what it wants: kept from one start to the next, so that a page that is open goes on."""

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from connector.atomic_file import write_private
from connector.errors import ListenError
from harness.errors import OutputError
from harness.live.free_ports import given_or_free

__all__ = ["PageAddress", "keep_address", "page_address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """port 0: any free one."""

    port: int
    token: str


_ADDRESS: TypeAdapter[PageAddress] = TypeAdapter(PageAddress)


def page_address(path: Path, port: int) -> PageAddress:
    """That of the last start, where its port is free still; else one with a new token. port: asked for; 0: none was."""
    try:
        before = _ADDRESS.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return PageAddress(port=port, token=secrets.token_urlsafe(24))
    return PageAddress(port=port or _if_free(before.port), token=before.token)


def _if_free(port: int) -> int:
    try:
        return given_or_free(port, "page")
    except ListenError:
        return 0


def keep_address(path: Path, address: PageAddress) -> None:
    """Write it down, for its owner alone. Raises `OutputError`."""
    try:
        write_private(path, to_json(asdict(address)) + b"\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
