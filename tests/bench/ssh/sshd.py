"""OpenSSH's sshd for the user who runs the benchmark, by key: it then spares itself the costly hash of a password.

It is told of an empty home, so that a long start-up file of the user's shell is not counted against it.

`python -m tests.bench.ssh.sshd DIRECTORY PROGRAM` prints its port and becomes sshd.
"""

import getpass
import os
import socket
import sys
from pathlib import Path

import asyncssh

from tests.bench.ssh.login import client_key

_CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {directory}/sshd_host_key
AuthorizedKeysFile {directory}/sshd_authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
MaxStartups 1000
MaxSessions 1000
LogLevel QUIET
DisableForwarding yes
AcceptEnv LANG LC_*
SetEnv HOME={directory}
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(directory: Path, program: str) -> None:
    directory = directory.resolve()
    port = _free_port()
    (directory / "sshd_authorized_keys").write_text(client_key(directory).public + "\n")
    host_key = directory / "sshd_host_key"
    host_key.unlink(missing_ok=True)
    host_key.touch(mode=0o600)
    host_key.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    (directory / "sshd_config").write_text(_CONFIG.format(port=port, directory=directory))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd refuses to run as root without it
    print(port, flush=True)
    os.execv(program, [program, "-D", "-f", str(directory / "sshd_config")])


def sshd_user() -> str:
    """Who can log in."""
    return getpass.getuser()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
