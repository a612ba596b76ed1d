"""Which command lines can be typed at a prompt, and what is left of a reply that is shown there."""

import re

from connector.errors import CommandError
from connector.protocol import WireReply
from connector.shell.personality import ShellPersonality

__all__ = ["as_seen", "check_typable"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def check_typable(line: str) -> str:
    """The line itself. Raises `CommandError` where a character of it ends the line or is a key of the terminal."""
    if found := _CONTROL.search(line):
        raise CommandError(f"{found[0]!a} cannot be typed at a prompt")
    return line


def as_seen(shell: ShellPersonality, wire: WireReply) -> WireReply:
    """A reply as it comes back through a shell: one text for both streams, and a status only where one can be asked."""
    text = (wire.stdout + wire.stderr).strip("\n")
    return WireReply(status=None if shell.status is None else wire.status, stdout=text, stderr=text)
