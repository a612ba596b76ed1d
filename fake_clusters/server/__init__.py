"""Real SSH in front of a cluster's model.

front.py       SshFront: one cluster's port and connections
options.py     login methods and limits of a connection
key_exchange.py the server's half of the post-quantum key exchange
algorithms.py  the algorithms offered in the key exchange
port.py        a TCP port that can be closed and reopened
wire.py        the socket transport: reads, writes, resets, closes
server_connection.py  one client connection, run by its plan
connection.py  a faster subclass of asyncssh's server connection
packets.py     a fast path for asyncssh's packets
cipher.py      AES-GCM with a reused key
login.py       authentication, and which channels may be opened
accounts.py    passwords: correct, wrong or expired
pauses.py      sleeping until the connection ends
session.py     one session channel: an exec request or a shell
dialects.py    cached shipped dialects
call.py        one command: parsed, run by the model, rendered
reply_writer.py  writes a reply to the channel
output.py      truncated, garbled and slow output
shell.py       the interactive shell
plain_shell.py  the shell of a cluster whose dialect says nothing of one
paged_output.py  output that stops after each page
typed_input.py  shell input as lines
editor.py      a line editor for terminals
help.py        the text of `help`
service.py     the state shared by a cluster's connections
"""
