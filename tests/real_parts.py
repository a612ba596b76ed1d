"""Parts that only the system's packages give: found, or the test is skipped with the command that installs them."""

import os
import shutil

import pytest

__all__ = ["need"]

_SBIN = "/usr/sbin:/usr/local/sbin:/sbin"


def need(program: str) -> str:
    """The path of `program`. Without it the test skips; with REAL_PARTS=required in the environment it fails."""
    path = shutil.which(program) or shutil.which(program, path=_SBIN)
    if path is not None:
        return path
    reason = f"{program} is not installed: run `make real-parts`"
    if os.environ.get("REAL_PARTS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)
