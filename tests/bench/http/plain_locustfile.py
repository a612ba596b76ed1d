"""What a plain `FastHttpUser` does against a server: as many requests as its users get done, one after the other.

Prints one JSON line at the end: requests, seconds of wall and of CPU time, without what starting took.
"""

import json
import time
from typing import Any

from locust import FastHttpUser, constant, events, task

_began: dict[str, float] = {}


class Plain(FastHttpUser):
    """Asks for the list, again and again."""

    wait_time = constant(0)

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
