"""Brings the history together from where it was written: the clients, the pipeline's log, the clusters' logs.

clock.py          the run's clock: seconds since the load began
cluster_log.py    effects, as the clusters wrote them down
gateway_log.py    what a gateway wrote down of its requests
internal_errors.py  errors of the pipeline's own that it went on from
sampler.py        metrics over time
assemble.py       all of it as one history
"""
