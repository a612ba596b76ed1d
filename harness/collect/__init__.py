"""Brings the history together from where it was written: the clients, the pipeline's log, the clusters' logs.

clock.py          the run's clock: seconds since the load began
pages.py          reads the API's logs, page by page
pipeline_log.py   state changes and connector commands, as the pipeline wrote them down
cluster_log.py    effects, as the clusters wrote them down
readings.py       what one side shows at one instant
findings.py       what the pipeline's sweeps found
internal_errors.py  errors of the pipeline's own that it went on from
sampler.py        metrics over time
assemble.py       all of it as one history
"""
