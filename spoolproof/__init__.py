"""spoolproof from Python: fake clusters for tests, and scenarios that end in a verdict.

_start.py    the lab's packages first on the path, for the lab's own processes; __main__.py the command
"""

__all__: list[str] = []
