"""Parts that only the system's packages give: found, or the test is skipped with the command that installs them."""

import os
import shutil
import subprocess
from typing import NoReturn

import pytest

__all__ = ["need", "need_module", "need_real_connector"]

_SBIN = "/usr/sbin:/usr/local/sbin:/sbin"


def need(program: str) -> str:
    """The path of `program`. Without it the test skips; with REAL_PARTS=required in the environment it fails."""
    path = shutil.which(program) or shutil.which(program, path=_SBIN)
    if path is not None:
        return path
    return _missing(program)


def need_real_connector(*, served: bool = False) -> None:
    """OpenSSH's server, and Samba with its programs. served: its shares can be used, which takes root."""
    for program in ("sshd", "smbd", "net", "pdbedit", "smbclient"):
        need(program)
    if served and os.geteuid() != 0:
        pytest.skip("Samba serves only root's usershares")


def need_module(program: str, *probe: str) -> str:
    """The path of an interpreter that runs with these arguments, which load a module of its own."""
    path = need(program)
    if subprocess.run([path, *probe], check=False, capture_output=True).returncode == 0:
        return path
    return _missing(f"a module of {program} ({' '.join(probe)})")


def _missing(what: str) -> NoReturn:
    reason = f"{what} is not installed: run `make real-parts`"
    if os.environ.get("REAL_PARTS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)
