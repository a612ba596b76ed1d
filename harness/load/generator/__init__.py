"""A load under Locust: what runs in its processes alone, since importing Locust changes how a process waits.

__main__.py     Locust, in a process of its own
scenario_load.py  ScenarioLoad: what a locustfile's user and shape call
conductor.py    the process that leads: alone, or the master
part.py         one process's part: its command, its load
offering.py     … each arrival a greenlet, at its instant
drive.py        the lab's coroutines, run in greenlets
connections.py  HTTP from greenlets; service_client.py one try of an op with it
streams.py      rows on their way out
parent.py       the connection to the process that started this one
entries.py      what Locust's own statistics show
page.py         … and its web page
verdict.py      the exit code of a load that Locust was started for alone
"""
