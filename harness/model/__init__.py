"""The model world: clusters and a twin of the pipeline in SimPy, at a scale that no machine here has.

environment.py  SimPy's time with bare callbacks and arrivals that never enter the heap
world.py        plays scenarios, as every world does
student.py      Student's t
storm.py        clients whose retries keep a cluster down
scale/          calm creates by the million
pace.py         progress, and stopping a run that never waits
twin/           the pipeline, part for part
"""
