"""The store in PostgreSQL: any number of processes on any number of hosts share it.

opening.py    open_postgres: connections, migrations, clock, and the store over them
migrating.py  brings the tables up to date, in numbered steps (migrations/)
rights.py     who may do what to the tables
tables.py     the tables in SQL (sql/): what a transaction's code is given
bridge.py     transactions are plain code: it waits for the database without blocking the loop
writer.py     transactions with group commit, over a few connections; a commit whose answer was lost is looked up
readers.py    reads, on connections of their own
connecting.py connections that come back after the database was away; its errors as the pipeline's
position.py   from where messages, due records and expired keys are looked for
listening.py  wakes takers of every process: NOTIFY, outside the transactions that send the messages
database_clock.py  the database's clock, as seen from here
"""
