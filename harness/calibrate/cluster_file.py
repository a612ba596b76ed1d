"""A calibration as a clusters file, with what it was made of in comments."""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

import tomli_w

from connector.operations import Capability
from fake_clusters.distributions import Distribution
from fake_clusters.profile import LoginPhase
from harness.calibrate.calibration import Calibration
from harness.calibrate.fit import FittedPhase

__all__ = ["HEADING", "cluster_text"]

HEADING = "# A cluster that is as slow as a measured connector (spoolproof calibrate)."
_DIGITS = 6
"""Of seconds: microseconds."""


def cluster_text(
    calibration: Calibration,
    *,
    name: str,
    source: str,
    dialect: str | None = None,
    capabilities: frozenset[Capability] | None = None,
    limits: Mapping[str, int] = MappingProxyType({}),
) -> str:
    """name: of the cluster. source: what was measured. dialect: None for the default one. capabilities: None for all
    that the dialect carries. limits: those that are known otherwise."""
    profile: dict[str, Any] = {}
    for phase, fitted in calibration.fits.items():
        group = "login" if isinstance(phase, LoginPhase) else "service"
        profile.setdefault(group, {})[phase.value] = _table(fitted.kind, fitted.chosen)
    cluster: dict[str, Any] = {} if dialect is None else {"dialect": dialect}
    if capabilities is not None:
        cluster["capabilities"] = sorted(capabilities)
    known = dict(limits)
    if calibration.capacity is not None and calibration.capacity.places is not None:
        known["commands"] = calibration.capacity.places
    if known:
        cluster["limits"] = known
    text = tomli_w.dumps({"clusters": {name: {**cluster, "profile": profile}}})
    remarks = [HEADING, f"# Measured: {source}", *(_remark(*each) for each in calibration.fits.items())]
    return "\n".join([*remarks, "", text])


def _remark(phase: object, fitted: FittedPhase) -> str:
    nearest = f"nearest family {fitted.nearest}, {fitted.distance:.3f} away (p = {fitted.by_chance:.2f})"
    return f"#   {phase}: {fitted.size} samples; {nearest}"


def _table(kind: str, distribution: Distribution) -> dict[str, Any]:
    values = {each.name: getattr(distribution, each.name) for each in fields(distribution) if each.init}  # type: ignore[arg-type]  # all are dataclasses
    return {"kind": kind, **{key: _rounded(value) for key, value in values.items()}}


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(each) for each in value]
    return round(value, _DIGITS) if isinstance(value, float) else value
