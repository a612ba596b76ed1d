"""The servers that the SSH benchmark measures, each a process of its own, and the clients that load them.

process.py    a server process: its port, and what it costs
fake.py       a fake cluster with its whole behaviour model, and no fault
bare.py       asyncssh with default settings
sshd.py       OpenSSH's sshd
many.py       a hundred or a thousand clusters in one process
load.py       connections and commands, by asyncssh's client
clients.py    the time a command takes, by ssh, paramiko and asyncssh
"""
