"""A connector straight into a cluster's model: what SSH would do of the same plan, without SSH.

connector.py   DirectConnector: what is sent, and how connections are opened
link.py        one connection of the pool
connection.py  the life of a connection: accept, banner, key exchange, login, and every end
call.py        one command on it: channel, command, reply
shell.py       a shell that is kept from command to command, where there is no exec
transport.py   DirectSsh: the transport that a world is built with
front.py       the door before a cluster's model
side.py        the cluster's side: its model, its host, the partitions
"""
