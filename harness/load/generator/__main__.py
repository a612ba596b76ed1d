"""Runs Locust in a process of its own: `python -P -m harness.load.generator ARGUMENTS`, which are Locust's."""

import locust.runners  # noqa: F401 - before all else: it replaces what waits in the standard library
from locust.main import main

if __name__ == "__main__":
    main()
