"""What a request costs the load generators: our Locust user beside a plain `FastHttpUser` and `wrk`, against nginx.

Rates of closed loops hang on what else the machine does, so generators are compared by CPU time for each request, all
in one run against one server that answers everything at once. A request costs more where there are few: whoever waits
for each answer wakes for each. So ours is compared with a plain one at the same rate, beside what that one does as fast
as it can. What our user can do follows: the rate at which a process takes the 90% of a core that it is allowed. Its
lateness is measured at 50% and 80% of that.
`python -m tests.bench load_generators` runs it.
"""

import asyncio
import json
import os
import re
import resource
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from connector.values import replace
from fake_clusters.profile import Constant
from harness.checkers.kept_pace import MOST_BUSY
from harness.live.free_ports import FreePorts
from harness.load.gateway import parse_gateway
from harness.load.play import LoadOptions, play_load
from harness.load.processes import GeneratorSetup
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Workload, WorkloadKind
from reports.measures import quantile
from tests.bench.row import Row, at_least, at_most

__all__ = ["rows"]

PLAIN = Path(__file__).with_name("http") / "plain_locustfile.py"
SECONDS = 7.0
CALM_RATE = 300.0
"""Requests a second of a process, at which costs are measured: one that gets too little of a busy machine would look
cheap, since it falls behind."""
USERS = 32
_LISTS = parse_scenario(
    'title = "lists"\n[workload]\nrate = 1\nduration = "1s"\nmix = { list = 1 }\n[clusters.north]\n', "bench"
)
_NGINX = """\
daemon off; master_process off; worker_processes 1; pid {work}/pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work}; uwsgi_temp_path {work};
  scgi_temp_path {work}; default_type application/json;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{{"items":[]}}'; }} }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """cpu: seconds of CPU time for one request, of all its processes. late: p99 of the lateness, seconds."""

    rate: float
    cpu: float
    late: float = 0.0


async def rows() -> list[Row]:
    """The rows of the table."""
    missing = [program for program in ("nginx", "wrk") if shutil.which(program) is None]
    if missing:
        lacks = f"load generators: not measured, {' and '.join(missing)} not installed: run `make real-parts`"
        return [Row(name=lacks, figure=0.0, unit="", goal="", met=True)]
    async with _server() as url:
        wrk, plain, paced = await _wrk(url), await _plain(url), await _plain(url, CALM_RATE)
        ours, two = await _ours(url, CALM_RATE), await _ours(url, 2 * CALM_RATE, processes=2)
        can = MOST_BUSY / ours.cpu
        half, most = await _ours(url, 0.5 * can), await _ours(url, 0.8 * can)
    return [
        _told("wrk: requests a second, 1 thread", wrk.rate, "1/s"),
        _told("wrk: CPU for a request", wrk.cpu * 1e6, "us"),
        _told("FastHttpUser: requests a second, 1 process", plain.rate, "1/s"),
        _told("FastHttpUser: CPU for a request, as fast as it can", plain.cpu * 1e6, "us"),
        _told(f"FastHttpUser: CPU for a request at {CALM_RATE:g}/s", paced.cpu * 1e6, "us"),
        _told(f"our user: CPU for a request at {CALM_RATE:g}/s, open-loop with its records", ours.cpu * 1e6, "us"),
        _told("our user: CPU for a request at 80% of what it can do", most.cpu * 1e6, "us"),
        _told("our user: requests a second at 90% of a core", can, "1/s"),
        at_most(f"CPU for a request at {CALM_RATE:g}/s, our user / FastHttpUser", ours.cpu / paced.cpu, "", 2.0),
        at_most("CPU for a request, our user at 80% / FastHttpUser as fast as it can", most.cpu / plain.cpu, "", 2.0),
        at_most("our user, lateness p99 at 50% of what it can do", half.late * 1000, "ms", 50.0),
        at_most("our user, lateness p99 at 80% of what it can do", most.late * 1000, "ms", 50.0),
        at_least("our user, requests for a CPU second, 2 workers / 1 process", ours.cpu / two.cpu, "", 0.7),
    ]


def _told(name: str, figure: float, unit: str) -> Row:
    return Row(name=name, figure=figure, unit=unit, goal="", met=True)


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    port = FreePorts().of("noop")
    with tempfile.TemporaryDirectory(prefix="noop-") as work:
        config = Path(work) / "nginx.conf"
        config.write_text(_NGINX.format(work=work, port=port))
        nginx = await asyncio.create_subprocess_exec("nginx", "-p", work, "-c", str(config), "-e", "stderr")
        try:
            await asyncio.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            nginx.terminate()
            await nginx.wait()


async def _ours(url: str, rate: float, *, processes: int = 1) -> Cost:
    load = Workload(rate=rate, duration=SECONDS, spacing=Constant(1.0), mix={WorkloadKind.LIST: 1.0})
    options = LoadOptions(gateway=parse_gateway(url), setup=GeneratorSetup(processes=processes))
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        played = await play_load(replace(_LISTS, workload=load), seed=1, folder=Path(folder), options=options)
    late = quantile([sample.lateness for sample in played.samples if sample.lateness is not None], 0.99)
    assert late is not None
    cpu = sum(row.cpu for row in played.run.generators)
    return Cost(rate=len(played.samples) / SECONDS, cpu=cpu / len(played.samples), late=late)


async def _plain(url: str, rate: float = 0.0) -> Cost:
    """rate: requests a second; 0: as many as it can."""
    words = ["-f", str(PLAIN), "--headless", "-u", str(USERS), "-r", str(USERS), "-t", f"{SECONDS:g}s", "--host", url]
    paced = {"PLAIN_RATE": str(rate), "PLAIN_USERS": str(USERS)}
    said = await _said(sys.executable, "-m", "locust", *words, "--only-summary", "--loglevel", "ERROR", **paced)
    told = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
    return Cost(rate=told["requests"] / told["seconds"], cpu=told["cpu"] / told["requests"])


async def _wrk(url: str) -> Cost:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = await _said("wrk", "-t1", f"-c{USERS}", "-d4s", f"{url}/v1/shares?location=north")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    requests = int(re.search(r"(\d+) requests in", said)[1])  # type: ignore[index]  # else it has not run
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]  # as above
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(rate=rate, cpu=used / requests)


async def _said(*command: str, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    output, _ = await process.communicate()
    return output.decode()
