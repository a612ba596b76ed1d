"""The `help` text of the shell: one example per command, rendered by the dialect."""

from connector.dialects import FileDialect
from connector.operations import (
    Access,
    Allow,
    Capabilities,
    Create,
    CreateSnapshot,
    Delete,
    DeleteSnapshot,
    Deny,
    List,
    ListSnapshots,
    Ping,
    Request,
    Resize,
    Show,
    Stamp,
)

__all__ = ["help_text"]

_PLAIN: tuple[Request, ...] = (
    Create(name="home", size=1_073_741_824, stamp=Stamp(request_id="r-1")),
    Show(name="home"),
    List(),
    Resize(name="home", size=2_147_483_648, stamp=Stamp(request_id="r-2")),
    Delete(name="home", stamp=Stamp(request_id="r-3")),
    Capabilities(),
    Ping(),
)
_RULES: tuple[Request, ...] = (
    Allow(name="home", client="10.0.0.0/8", access=Access.READ_WRITE, stamp=Stamp(request_id="r-4")),
    Deny(name="home", client="10.0.0.0/8", stamp=Stamp(request_id="r-5")),
)
_SNAPSHOTS: tuple[Request, ...] = (
    CreateSnapshot(name="home", snapshot="monday", stamp=Stamp(request_id="r-6")),
    ListSnapshots(name="home"),
    DeleteSnapshot(name="home", snapshot="monday", stamp=Stamp(request_id="r-7")),
)


def help_text(dialect: FileDialect) -> str:
    """Return examples of every command of the dialect."""
    requests = [request for request in (*_PLAIN, *_RULES, *_SNAPSHOTS) if dialect.knows(request.verb)]
    lines = ["Commands, by example:", *(f"  {dialect.command(request)}" for request in requests), "  help", "  exit"]
    return "\n".join(lines) + "\n"
