"""A scenario of the plain service: a second and a half of creates on one cluster."""

from pathlib import Path

from connector.values import replace
from harness.scenario.scenario import Scenario, Workload
from harness.scenario.service_spec import PartSpec, ProbeKind, ReadyProbe, ServiceKind, ServiceSpec
from tests.harness.live.scenes import calm

__all__ = ["READY", "SCRIPT", "plain"]

SCRIPT = Path(__file__).with_name("plain_service.py")
_URL = "http://127.0.0.1:{port.api}"
READY = ReadyProbe(kind=ProbeKind.URL, target=f"{_URL}/v1/shares")


def plain(mode: str = "honest", *, ready: ReadyProbe | None = READY) -> Scenario:
    """mode: as the script has it."""
    command = ("{python}", str(SCRIPT), "--port", "{port.api}", "--mode", mode)
    part = PartSpec(name="api", command=command, ready=ready)
    service = ServiceSpec(kind=ServiceKind.PROCESS, sheet="reference", url=_URL, parts=(part,))
    load = Workload(rate=4.0, duration=1.5)
    return replace(calm(), clusters=calm().clusters[:1], workload=load, pipeline=None, service=service, settle=10.0)
