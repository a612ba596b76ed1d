"""A twin of the pipeline in SimPy: each part waits for what its original awaits, and decides by the same tables.

course.py      one run: load and nemesis, heal, quiesce, final reads, collection
pipeline.py    the parts of one design, put together
clients.py     the load's clients: tries, waits, polls
gateway.py     passes requests on, within its limits
api.py         idempotency keys, reads, the designs that answer at once
blocking.py    the design that calls the cluster inside the request
replies.py     the answers, as a client reads them
processor.py   hints, scans, a worker per claim
worker.py      one claim: looks, commands, moves
sweeper.py     finds what no record tells of
records.py     the store, in memory
log.py         what the store writes down beside the records
bulkhead.py    a cluster as the processor sees it
connector.py   one command: place, channel, service, each with its deadline
pool.py        connections to one cluster
login.py       a login in its phases
link.py        one connection, and the calls on it
stopped.py     how a call ends without an answer
clusters.py    the cluster models of a run
nemesis.py     kills, pauses, crashes
part.py        a process that can be killed and paused
waiting.py     how processes wait
"""
