"""up.json: where all parts of a running sandbox are, for its owner alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from connector.atomic_file import write_private
from connector.targets import Target
from harness.errors import OutputError

__all__ = ["ClusterAddress", "UpFile", "address_of", "read_up_file", "write_up_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAddress:
    """Where a cluster listens and who may log in."""

    name: str
    host: str
    port: int
    user: str
    client_key: str | None = None
    host_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpFile:
    """page: its URL; token: what it wants. gateway: where a portal asks the service. parts: URLs, of those that have
    one. inbox: where webhooks and mail can be sent. folder: of the state."""

    page: str
    token: str
    pid: int
    scenario: str
    service: str
    folder: str
    gateway: str
    parts: Mapping[str, str | None]
    inbox: Mapping[str, str]
    clusters: tuple[ClusterAddress, ...]

    @property
    def url(self) -> str:
        """The page's, with the token."""
        return f"{self.page}/?token={self.token}"


_UP: TypeAdapter[UpFile] = TypeAdapter(UpFile)


def address_of(target: Target) -> ClusterAddress:
    return ClusterAddress(
        name=target.name,
        host=target.host,
        port=target.port,
        user=target.username,
        client_key=target.client_key,
        host_key=target.host_key or "",
    )


def write_up_file(path: Path, up: UpFile) -> None:
    """Raises `OutputError`."""
    try:
        write_private(path, to_json(asdict(up), indent=2) + b"\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error


def read_up_file(path: Path) -> UpFile | None:
    """None where there is none."""
    try:
        return _UP.validate_json(path.read_bytes())
    except OSError:
        return None
    except ValidationError as error:
        raise OutputError(f"{path}: is not what `spoolproof up` wrote") from error
