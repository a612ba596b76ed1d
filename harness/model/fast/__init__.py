"""The fast path: creates that nothing disturbs, without an event per command, or an object where nothing waits.

It is a copy for speed, held to the general path: each instant is the sum that that would come to. A share that a fault
may strike is known as it arrives, and is left to the pipeline's own code, on the same clusters and in the same order.

eligible.py      which scenarios it can play
stream.py        arrivals with their draws, made in batches
routing.py       which of them a fault may strike
batched_rng.py   many keyed draws at once
name_hashes.py   names, as the draws know them
share.py         what is kept of a share under way, and of a cluster
spool.py         what has been accepted and waits
parts.py         the pipeline and its clusters, put together of
claims.py          looks at the spool, scans, and the room that there is
foreseen.py        creates of which all is known as they are claimed
creates.py         the others: a create, a show, active
commands.py        slots, places, queues and deadlines of any command
upkeep.py          what a cluster is asked on nobody's behalf
slow_path.py     what runs out of time, decided by the pipeline's own tables
retry_state.py   what is known of a share on the slow path
records.py       the pipeline's record of a share
struck.py        what a fault may strike: the pipeline's processor, connector and store, and the clusters' models
shared_cluster.py  places, queue and slots of a cluster, for both
environment_loop.py  asyncio on the environment's time
struck_rows.py   what is recorded of it
rows.py          the shares that are recorded in full
tally.py         exact counts and latencies
run.py           one run, as every world leaves it
"""
