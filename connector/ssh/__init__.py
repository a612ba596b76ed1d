"""The SSH client, on asyncssh: reused connections, a deadline per phase, and no doubt about what was sent.

client.py        SshConnector, and open_pool for many clusters
connection.py    one connection of the pool; channel.py one session channel on it
link.py          a connection with a command in each session; session.py one command and its reply
shell_link.py    a connection with commands typed at prompts; shell_session.py one shell on it
login.py         TCP, banner, key exchange, authentication
trust.py         host keys, client keys, ciphers: a target as options
stops.py         errors of asyncssh and of the network as codes

The pool itself, and what becomes of a command on it, is `connector.pooled`.
"""

from connector.ssh.client import SshConnector, open_pool

__all__ = ["SshConnector", "open_pool"]
