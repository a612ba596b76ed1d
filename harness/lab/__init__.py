"""The tasks of the lab as a child process of `spoolproof`, the package that users import.

task.py      one task to its end, and what there is to say of it
clusters.py  serves fake clusters
pipeline.py  serves the reference pipeline
contract.py  asks clauses of targets, one by one
scenario.py  runs a scenario
errors.py    what whoever asked is told of an error
"""
