"""Brings the history together from where it was written: the clients, the pipeline's log, the clusters' logs.

clock.py          the run's clock: seconds since the load began
pages.py          reads the API's logs, page by page
pipeline_log.py   state changes and connector commands, as the pipeline wrote them down
cluster_log.py    effects and strikes, as the clusters wrote them down
readings.py       what one side shows at one instant
sampler.py        metrics over time
assemble.py       all of it as one history
"""
