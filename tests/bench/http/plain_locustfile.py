"""What a plain `FastHttpUser` does against a server: as many requests as its users get done, one after the other, or
so many a second as the variable PLAIN_RATE of the environment says.

Prints one JSON line at the end: requests, seconds of wall and of CPU time, without what starting took.
"""

import json
import os
import time
from typing import Any

from locust import FastHttpUser, constant, constant_throughput, events, task

_RATE = float(os.environ.get("PLAIN_RATE", "0"))
_began: dict[str, float] = {}


class Plain(FastHttpUser):
    """Asks for the list, again and again."""

    wait_time = constant_throughput(_RATE / int(os.environ["PLAIN_USERS"])) if _RATE else constant(0)

    @task
    def ask(self) -> None:
        self.client.get("/v1/shares?location=north", name="list")


def begin(**_: Any) -> None:
    _began.update(wall=time.monotonic(), cpu=time.process_time())


def end(environment: Any, **_: Any) -> None:
    wall, cpu = time.monotonic() - _began["wall"], time.process_time() - _began["cpu"]
    print(json.dumps({"requests": environment.stats.total.num_requests, "seconds": wall, "cpu": cpu}), flush=True)


events.spawning_complete.add_listener(begin)
events.test_stop.add_listener(end)
