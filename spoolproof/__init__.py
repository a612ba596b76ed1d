"""spoolproof from Python: fake clusters for tests, and scenarios that end in a verdict.

What stands here is all there is to import; it needs the standard library alone. The lab itself runs in a process of its
own, which ends with this one; `SPOOLPROOF_PYTHON` names the Python of another environment in which it is installed.

errors.py     the error tree
_clusters.py  clusters(): fake clusters behind real SSH
_farm.py      those that run; _async_farm.py for asyncio code; _ssh_words.py how OpenSSH reaches them
_pipeline.py  pipeline(): the reference pipeline in front of them
_run.py       run() and run_async(): a scenario, to a verdict
_rows.py      what the lab reports
_child.py     the lab as a child process; _protocol.py what is said
_http.py      the lab's HTTP admin API
_contract.py  connectors as targets of the contract suite
_pytest.py    the pytest plugin; _shared.py one lab for all workers of a run, _seen.py what failed tests show
_pytest_clauses.py  its other half: the contract suite as test items
_lab.py       the child's own side
services.py   for adapters of services; not imported here, since it needs the lab's libraries
_start.py     the lab's packages first on the path, for the lab's own processes; __main__.py the command
"""

from spoolproof._async_farm import AsyncCluster, AsyncFarm
from spoolproof._clusters import Clusters, clusters
from spoolproof._contract import Target
from spoolproof._farm import Cluster, Farm
from spoolproof._pipeline import Pipeline, Pipelines, pipeline
from spoolproof._rows import Anomaly, ClauseResult, Effect, Finding, Gate, Injection, Result, Share, Verdict
from spoolproof._run import run, run_async
from spoolproof.errors import (
    ClosedError,
    InputError,
    LabError,
    OutputError,
    SpoolproofError,
    StartError,
    WaitError,
)

__all__ = [
    "Anomaly",
    "AsyncCluster",
    "AsyncFarm",
    "ClauseResult",
    "ClosedError",
    "Cluster",
    "Clusters",
    "Effect",
    "Farm",
    "Finding",
    "Gate",
    "Injection",
    "InputError",
    "LabError",
    "OutputError",
    "Pipeline",
    "Pipelines",
    "Result",
    "Share",
    "SpoolproofError",
    "StartError",
    "Target",
    "Verdict",
    "WaitError",
    "clusters",
    "pipeline",
    "run",
    "run_async",
]
