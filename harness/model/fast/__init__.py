"""The fast path: creates that nothing disturbs, without an event per command, or an object where nothing waits.

It is a copy for speed, held to the general path: each instant is the sum that that would come to. A share that a fault
may strike is known as it arrives, and one whose deadline runs out as its command is sent: the pipeline's own code works
on these, on the same clusters and in the same order.

eligible.py      which scenarios it can play
stream.py        arrivals with their draws, made in batches
routing.py       which of them a fault may strike
batched_rng.py   many keyed draws at once
name_hashes.py   names, as the draws know them
share.py         what is kept of a share under way, and of a cluster with its places
spool.py         what has been accepted and waits
parts.py         the pipeline and its clusters, put together of
claims.py          looks at the spool, scans, and the room that there is
foreseen.py        creates of which all is known as they are claimed
creates.py         the others: a create, a show, active
upkeep.py          what a cluster is asked on nobody's behalf
records.py       the pipeline's record of a share
struck.py        what a fault may strike or is late: the pipeline's processor and store
struck_cluster.py  its connectors, and the clusters' models in the fast path's places
environment_loop.py  asyncio on the environment's time
lives.py         what became of each share that is recorded
rows.py          all that is recorded of a run
tally.py         exact counts and latencies
run.py           one run, as every world leaves it
"""
