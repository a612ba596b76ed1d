"""A share as its users have it: through smbclient."""

import asyncio

from harness.real.samba import Samba, SmbUser
from tests.real_parts import need

__all__ = ["smbclient"]


async def smbclient(samba: Samba, user: SmbUser, share: str, commands: str) -> tuple[int, str]:
    """Exit status, and all that it said."""
    where = [f"//127.0.0.1/{share}", "-p", str(samba.port), "-U", f"{user.name}%{user.password}"]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        need("smbclient"), *where, "-c", commands, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode(errors="replace")
