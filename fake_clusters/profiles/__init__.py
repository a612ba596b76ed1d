"""The shipped profiles: one TOML file each, opening with what it stands for.

instant       no latency
lan           small and healthy
steady        the same time for every command
slow          loaded and far away
erratic       nine of ten quick, the tenth takes seconds
heavy_tailed  a power law
"""

import tomllib
from functools import cache
from importlib import resources

from pydantic import Field

from connector.operations import Verb
from connector.table import TomlTable
from connector.toml_words import did_you_mean
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.tables import DistributionTable
from fake_clusters.profile import LoginPhase, Profile

__all__ = ["PROFILES", "load_profile"]

PROFILES = ("instant", "lan", "steady", "slow", "erratic", "heavy_tailed")
"""The names, from the quickest to the worst."""


class _File(TomlTable):
    login: dict[LoginPhase, DistributionTable] = Field(default={})
    service: dict[Verb, DistributionTable] = Field(default={})
    default: DistributionTable = DistributionTable(Constant())


def load_profile(name: str) -> Profile:
    """The shipped profile of that name. Raises `ValueError` naming those that there are."""
    if name not in PROFILES:
        raise ValueError(f"no profile {name!r}{did_you_mean(name, list(PROFILES))}; there are: {', '.join(PROFILES)}")
    return _load(name)


@cache
def _load(name: str) -> Profile:
    text = (resources.files(__name__) / f"{name}.toml").read_text(encoding="utf-8")
    file = _File.model_validate(tomllib.loads(text))
    return Profile(
        name=name,
        login={phase: table.distribution() for phase, table in file.login.items()},
        service={verb: table.distribution() for verb, table in file.service.items()},
        default=file.default.distribution(),
    )
