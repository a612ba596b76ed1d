"""Ties a process to its parent's life, then becomes the command: a harness killed with -9 leaves nothing behind.

Run as `python die_with_parent.py PARENT ACCOUNT COMMAND...`. A wrapper and no pre-exec hook: forking Python code from a
process with threads is not safe. Run as a file, without packages: the environment is the command's own, and may name
other packages of our names. Linux only; elsewhere the command runs without the tie.
"""

import ctypes
import os
import signal
import sys

__all__ = ["die_with_parent", "main", "tie_to_parent"]

_PR_SET_PDEATHSIG = 1


def die_with_parent(*command: str, account: int | None = None) -> list[str]:
    """The command line that runs `command` (its program an absolute path) and dies with this process.

    account: its user and group (None: of this process).
    """
    number = "" if account is None else str(account)
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), number, *command]


def main() -> None:
    """Become the command."""
    parent, account, *command = sys.argv[1:]
    if account:  # first: the tie does not outlast a change of account
        os.setgroups([])
        os.setgid(int(account))
        os.setuid(int(account))
    tie_to_parent(int(parent))
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted: the command is the service's own
    except OSError as error:
        raise SystemExit(f"{command[0]}: cannot be run: {error.strerror}") from error


def tie_to_parent(parent: int) -> None:
    """Let this process die with the one that started it. Exits where that one is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died between fork and prctl: then no signal will ever come.
    if os.getppid() != parent:
        raise SystemExit("the process that started this one is gone")


if __name__ == "__main__":
    main()
