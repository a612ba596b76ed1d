"""The quick twin: calm creates by the million, without an event per command, or an object where nothing waits.

plain.py    which scenarios it can play
stream.py   arrivals with their draws, made in batches
lanes.py    many keyed draws at once
words.py    names, as the draws know them
share.py    what is kept of a share under way, and of a cluster
spool.py    what has been accepted and waits
quick.py    the pipeline and its clusters, put together of
claims.py     looks at the spool, scans, and the room that there is
calm.py       creates of which all is known as they are claimed
creates.py    the others: a create, a show, active
commands.py   slots, places, queues and deadlines of any command
upkeep.py     what a cluster is asked on nobody's behalf
trouble.py  what leaves the calm path, decided by the pipeline's own tables
plight.py   what is known of a share in trouble
records.py  the pipeline's record of a share
rows.py     the shares that are recorded in full
tally.py    exact counts and latencies
run.py      one run, as every world leaves it
"""
