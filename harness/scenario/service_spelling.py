"""A service as the table of a scenario that may stand anywhere: its paths are absolute."""

from typing import Any

from harness.scenario.service_spec import FileSpec, PartSpec, ReadyProbe, ServiceSpec

__all__ = ["service_table"]


def service_table(spec: ServiceSpec) -> dict[str, Any]:
    """`[service]`, as TOML has it."""
    sheet = spec.beside / spec.sheet
    table = {
        "kind": str(spec.kind),
        "sheet": str(sheet.absolute()) if sheet.is_file() else spec.sheet,
        "url": spec.url,
        "parts": [_part(part, spec) for part in spec.parts],
        "files": [_file(file) for file in spec.files],
    }
    return {key: value for key, value in table.items() if value}


def _part(part: PartSpec, spec: ServiceSpec) -> dict[str, Any]:
    table = {
        "name": part.name,
        "command": list(part.command),
        "app": part.app,
        "worker": part.worker,
        "folder": str((spec.beside / part.folder).absolute()),
        "environment": dict(part.environment),
        "ready": None if part.ready is None else _ready(part.ready),
    }
    return {key: value for key, value in table.items() if value} | {"stop": f"{part.stop:g}s"}


def _ready(probe: ReadyProbe) -> dict[str, str]:
    return {str(probe.kind): probe.target, "within": f"{probe.within:g}s"}


def _file(file: FileSpec) -> dict[str, str]:
    return {"path": file.path, "text": file.text}
