"""A part of a Python service as a process: the command that runs it, and when it is ready."""

from pathlib import Path

from connector.values import replace
from harness.scenario.service_spec import PartSpec, ProbeKind, ReadyProbe

__all__ = ["as_process"]

_SCRIPT = str(Path(__file__).with_name("run_python_part.py")).replace("{", "{{").replace("}", "}}")


def as_process(part: PartSpec) -> PartSpec:
    """The part with a command; one that has a command already is left as it is."""
    if part.command:
        return part
    port = f"{{port.{part.name}}}"
    words = ("--worker", str(part.worker)) if part.app is None else ("--app", part.app, "--port", port)
    ready = None if part.app is None else ReadyProbe(kind=ProbeKind.PORT, target=port)
    # -P: the script's own folder is none of the service's.
    return replace(part, command=("{python}", "-P", _SCRIPT, *words), ready=part.ready or ready)
