"""Where records, messages, events and attempts are durable.

protocol.py     what a store promises: ApiStore, ReadStore, JobStore, Spool
sqlite.py       open_store, and the store of the four protocols in one SQLite file
accepting.py    the API's transactions: create, change
idempotency.py  keys: the first answer is the answer
jobs.py         the processor's transactions: claim, command, move, remove
events.py       a change of state, written down in its own transaction
findings.py     what sweeps found: noted once each
spooling.py     the messages' transactions: take, done
reading.py      the readers' queries
writer.py       one writer with group commit
readers.py      connections that only read
transaction.py  a connection, an instant and the named queries: what a transaction's code is given
bell.py         wakes those who wait for a message
connection.py   opens the file, checks what it is, translates SQLite's errors
queries.py      reads sql/*.sql
rows.py         rows into records and back
sql/            schema.sql, what upgrades an older store, and the named queries
"""
