"""The gateway of the reference pipeline, in front of whatever service there is."""

from harness.live.gateways.program import Plan
from harness.live.launch import Launch
from harness.live.reference_launch import PartCommand, reference_launch
from harness.scenario.roles import Role
from harness.service.reference import PipelineSettings

__all__ = ["builtin_launch"]


def builtin_launch(plan: Plan) -> Launch:
    """How it is started; its settings are written to its file. It knows one upstream."""
    policy, upstream = plan.policy, plan.upstreams[0]
    gateway = {
        "port": plan.port,
        "upstream": f"http://{upstream.address}",
        "connect": policy.connect,
        "read": policy.read,
        "total": policy.total,
        "max_connections": policy.max_connections,
    }
    settings = PipelineSettings.model_validate({"gateway": gateway})
    return reference_launch(Role.GATEWAY, settings, plan.work, PartCommand(), plan.url)
