"""The gateway of the reference pipeline, in front of whatever service there is."""

from pathlib import Path

from harness.live.gateways.program import Plan
from harness.live.launch import Launch
from harness.live.part_command import PartCommand
from harness.live.reference_launch import reference_launch
from harness.scenario.roles import Role
from harness.service.reference import PipelineSettings

__all__ = ["BUILTIN_LOG", "builtin_launch"]


BUILTIN_LOG = "gateway.access.jsonl"


def builtin_launch(plan: Plan, log: Path) -> Launch:
    """How it is started; its settings are written to its file. log: its access log."""
    settings = plan.settings
    gateway = {
        "port": plan.port,
        "upstream": [f"http://{upstream.address}" for upstream in plan.upstreams],
        "connect": settings.connect,
        "read": settings.read,
        "total": settings.total,
        "max_connections": settings.max_connections,
        "tries": settings.tries,
        "non_idempotent": settings.non_idempotent,
        "access_log": log if settings.tries > 1 else None,
    }
    whole = PipelineSettings.model_validate({"gateway": gateway})
    return reference_launch(Role.GATEWAY, whole, plan.work, PartCommand(), plan.url)
