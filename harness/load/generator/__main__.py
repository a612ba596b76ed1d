"""Runs Locust in a process of its own: `python -P -m harness.load.generator ARGUMENTS`, which are Locust's."""

import locust.runners  # before all else: it replaces what waits in the standard library
from locust.main import main

from harness.python_path import ROOT

LOCUSTFILE = ROOT / "scenarios" / "load" / "locustfile.py"

_MASTER_GONE = 10
"""Seconds without a sign of the master after which a worker ends; Locust's own minute is long for a worker that goes
on asking."""

if __name__ == "__main__":
    locust.runners.MASTER_HEARTBEAT_TIMEOUT = _MASTER_GONE
    main()
