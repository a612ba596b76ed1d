"""Runs Locust in a process of its own: `python -P -m harness.load.generator ARGUMENTS`, which are Locust's."""

import locust.runners  # before all else: it replaces what waits in the standard library
from locust.main import main

from harness.python_path import ROOT

LOCUSTFILE = ROOT / "scenarios" / "load" / "locustfile.py"

_GONE = 10
"""Seconds without a sign after which a master or a worker is taken for gone: Locust's own minute is long for a worker
that goes on asking, and its three seconds are short for one on a machine that is busy."""

if __name__ == "__main__":
    locust.runners.MASTER_HEARTBEAT_TIMEOUT = locust.runners.HEARTBEAT_LIVENESS = _GONE
    main()
