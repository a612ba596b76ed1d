"""Files that hold a secret: their owner's alone, whole or not there, and never written through somebody else's link."""

import os
import secrets
from pathlib import Path

__all__ = ["write_private"]


def write_private(path: Path, text: str) -> None:
    """Replace `path` in one step. Raises `OSError`."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")  # a name at which nobody can have laid a link
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
