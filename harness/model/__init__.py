"""The model world: the pipeline's own code on the cluster models, in virtual time, and a fast path for calm loads.

runner.py       runs scenarios, as every world does: the general path is `harness.virtual` without HTTP and SQLite
fast/           creates that nothing disturbs, by the million
environment.py  SimPy's time with bare callbacks
pace.py         progress, and stopping a run that never waits
"""
