"""A process with asyncssh as its documentation shows it: default settings, one handler.

`python -m tests.bench.ssh.bare DIRECTORY` prints its port.
"""

import asyncio
import sys

import asyncssh

from tests.bench.ssh.login import PASSWORD, USER, client_key


class Server(asyncssh.SSHServer):
    """One user, by password."""

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


async def answer(process: "asyncssh.SSHServerProcess[str]") -> None:
    process.stdout.write('{"done": "ping"}\n')
    process.exit(0)


async def main(directory: str) -> None:
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=Server,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        authorized_client_keys=asyncssh.import_authorized_keys(client_key(directory).public),
        process_factory=answer,
    )
    print(acceptor.get_port(), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
