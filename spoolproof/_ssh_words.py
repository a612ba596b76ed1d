"""The words of a command line that runs something on a cluster with OpenSSH's client."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

__all__ = ["ssh_words"]


class Login(Protocol):
    """Where and how an SSH client logs in."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def client_key(self) -> Path | None: ...
    @property
    def known_hosts(self) -> Path | None: ...


def ssh_words(login: Login, command: Iterable[str]) -> list[str]:
    """For OpenSSH's client, whatever its own configuration says. Without a file of host keys it trusts nobody."""
    options = [
        f"UserKnownHostsFile={login.known_hosts or 'none'}",
        "GlobalKnownHostsFile=none",
        "StrictHostKeyChecking=yes",
        "LogLevel=ERROR",
    ]
    if login.client_key is not None:
        options += [f"IdentityFile={login.client_key}", "IdentitiesOnly=yes", "BatchMode=yes"]
    words = [word for option in options for word in ("-o", option)]
    return ["ssh", "-F", "none", "-p", str(login.port), *words, f"{login.user}@{login.host}", *command]
