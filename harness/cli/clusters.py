"""`spoolproof clusters serve`: fake clusters behind real SSH, until Ctrl-C."""

import shlex
import sys
from pathlib import Path

from connector.targets import Target
from fake_clusters.clusters_file import read_clusters_file
from fake_clusters.serve import Served, serve_clusters
from harness.cli.exits import Exit
from harness.cli.interrupt import serve_until_signal

__all__ = ["serve_clusters_file"]


def serve_clusters_file(path: Path) -> Exit:
    """Serve the clusters of a file until a signal. Raises `TomlProblems`, `FakeClusterError`."""
    file = read_clusters_file(path)
    serve_until_signal(serve_clusters(file, ready=_announce))
    return Exit.VALID


def _announce(served: Served) -> None:
    """Print all addresses, for each cluster the ssh command that reaches it."""
    file = served.file
    lines = [
        *(f"{target.name}: {_ssh(target)}" for target in served.farm.targets()),
        f"admin API: {served.admin.url} (token in {file.admin_addresses})",
        f"addresses: {file.addresses}",
        f"host keys: {file.known_hosts}",
        *_password(served),
        "Press Ctrl-C to stop.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _ssh(target: Target) -> str:
    words = ["ssh", "-p", str(target.port)]
    if target.client_key:
        words += ["-i", target.client_key]
    return shlex.join([*words, f"{target.username}@{target.host}"])


def _password(served: Served) -> list[str]:
    """Say where the password is written; it may be a secret, so it is not printed."""
    asked = any(target.password for target in served.farm.targets())
    return [f"password: in {served.file.addresses}"] if asked else []
