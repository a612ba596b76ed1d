"""Real SSH in front of a cluster's model.

front.py       SshFront: one cluster's port and connections
options.py     who may log in, and what a connection may cost
key_exchange.py the post-quantum key exchange, the server's half
algorithms.py  what is offered in the key exchange
port.py        a TCP port that can be closed and opened again
wire.py        one socket: reads, writes, ends in every way
reception.py   one client: carries out the connection's plan
connection.py  asyncssh's server connection, leaner
packets.py     asyncssh's packets, by a short way
cipher.py      AES-GCM with its key set up once
login.py       who is let in, and what they may open
accounts.py    passwords, right, wrong and expired
pauses.py      waiting that ends with the connection
session.py     one channel: an exec request or a shell
dialects.py    shipped dialects, read once
call.py        one command: dialect, model, dialect
printer.py     a reply on its way to the channel
output.py      spoiled and dripping bytes
shell.py       prompt and commands, one a line
typed.py       input as lines
editor.py      a line editor for terminals
help.py        what `help` says
service.py     what one cluster's connections share
"""
