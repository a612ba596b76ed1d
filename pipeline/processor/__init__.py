"""The processor: the only one who commands the clusters and removes records.

outcome_classes.py  what class of outcome an answer is, to the processor
sizes.py       whether a size that is shown is the one asked for
situation.py   what is known at one moment of a claim; whose a share is
steps.py       what can be done next
decide.py      the protocol's table: situation -> step, purely; command_state.py what it asks about commands
backoff.py     how long a record rests between tries
mutation.py    a command as its connector takes it
breaker.py     when a cluster is left alone
retry_budget.py  how many retries a cluster gets
pace.py        how many claims a cluster gets at once, by how busy it says it is
learning.py    what a cluster says that it can do
cluster.py     one cluster behind bulkhead, breaker and pace
leased_claim.py  one claim in hand: heartbeat and fenced writes
measured.py    connectors whose commands are counted and timed
worker.py      carries out the steps of one claim
dispatch.py    finds work: hints and scans
sorting.py     whose the marked shares on a cluster are, and which may be removed
second_look.py asks for the shares that a list contradicts: a list may be stale or incomplete
sweeper.py     removes shares whose records were removed; reports what contradicts the records
differences.py what can differ, and its remedy
hints.py       work without a message, and messages without work
mender.py      mends one difference
reconciler.py  holds store, spool and clusters against each other
processor.py   all of these together; opening.py opens it, by the settings
"""
