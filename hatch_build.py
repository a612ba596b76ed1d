"""Puts the packages of the lab, its scenarios and examples into the wheel under `spoolproof/_rooms/`: one name more.

An editable installation needs none of it: there they lie beside `spoolproof/`, where `spoolproof/_start.py` finds them.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ROOMS = ("connector", "fake_clusters", "pipeline", "reports", "harness", "scenarios", "examples")


class RoomsHook(BuildHookInterface[Any]):
    """Called by hatchling for each wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """version: `standard` or `editable`."""
        if version == "standard":
            build_data["force_include"].update({room: f"spoolproof/_rooms/{room}" for room in _ROOMS})
