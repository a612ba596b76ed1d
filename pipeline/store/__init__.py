"""Where records, messages, events and attempts are kept.

protocol.py       what a store promises: ApiStore, ReadStore, OperatorStore, JobStore
acceptances.py    what becomes of a request
operation_store.py  OperationStore; delivery.py  Spool, Delivery
store.py          Store: all of these
transactional.py  the store over tables: each method is one transaction, run by a writer or a reader
table_reads.py    those that only read
tables.py         what a transaction's code is given: rows to find and to write
accepting.py      the API's transactions: create, change
idempotency.py    keys: the first answer is the answer
claiming.py       the processor's claims
jobs.py           its other transactions: command, move, remove
notices.py        the transactions of notices
notice_tables.py  their tables, in memory and over SQL
operations.py     a design that carries an operation out itself: open, close, roll back
spool.py          its spool: messages are taken, extended, acknowledged, given back
wakeup.py         wakes those who wait for a message

memory.py         tables as dictionaries, for one process and as long as it lives
due.py            which record has been due longest
message_table.py  its messages

place.py          where a store is, as settings say it
probe.py          whether a store commits
opening.py        opens the store that the settings name
batches.py        a batch of works, for writers that commit several together
postgres/         the same store in PostgreSQL

sqlite.py         open_store: tables in one SQLite file
sqlite_tables.py  the tables in SQL
writer.py         one writer with group commit
readers.py        connections that only read
files.py          notices that the file was removed or replaced
connection.py     opens the file, checks what it is, translates SQLite's errors
queries.py        reads sql/*.sql
rows.py           rows into records and back
sql/              schema.sql, what upgrades an older store, and the named queries
"""
