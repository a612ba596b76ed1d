"""The contract with a storage cluster: operations, codes, dialects and the SSH client.

sites.py          the named points where a call can break
injection.py      one occasion on which a fault acted
operations.py     requests and replies, one per verb
codes.py          the catalogue of refusals, each definite or not
outcomes.py       done, failed, unknown
protocol.py       Connector, Dialect, Deadlines
catalogue_doc.py  the contract as Markdown
dialects/         how commands and replies are spelled: data files, and the engine that reads them
shell/            connectors without exec: the client's half of a session at a prompt
pooled/           a connector over a pool of connections, whatever carries them
ssh/              the SSH client: those connections over SSH, with a deadline per phase
targets.py        the address file
http_server.py    an ASGI application behind a port; http_connection.py is one connection: strict, with deadlines
http_transport.py what is written within one step leaves in one piece
event_loop.py     uvloop for processes that serve
http_input.py     paths, queries and JSON from a client, read strictly
atomic_file.py    atomic writes
output_files.py   overwriting only what was generated
locked_file.py    lock files
input_files.py    reading input files, with limits
tomlfile.py       a TOML file, read into a model or refused with lines and accepted values
toml_lines.py     the line of each key
toml_words.py     what a model says, in words for the file's author
table.py          what a table of a file is read into: no value that is only nearly of its kind
names.py          names that people give, fit for one line of a report
units.py          durations and sizes as people write them
chance.py         keyed randomness
clock.py          the loop as the clock
values.py         frozen dataclasses that are cheap to make
errors.py         the error tree
"""
