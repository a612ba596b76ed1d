"""Distributions of durations, one a file: each gives the quantile at u, and its mean.

distribution.py      the protocol
incomplete_gamma.py  what the gamma distribution's quantiles need
tables.py            how they are written in TOML

Every other file is one distribution, listed in `DISTRIBUTIONS`.
"""

from collections.abc import Mapping

from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.distribution import Distribution
from fake_clusters.distributions.empirical import Empirical
from fake_clusters.distributions.exponential import Exponential
from fake_clusters.distributions.gamma import Gamma
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.distributions.mixture import Mixture, MixturePart
from fake_clusters.distributions.normal import TruncatedNormal
from fake_clusters.distributions.pareto import Pareto
from fake_clusters.distributions.uniform import Uniform
from fake_clusters.distributions.weibull import Weibull

__all__ = [
    "DISTRIBUTIONS",
    "Constant",
    "Distribution",
    "Empirical",
    "Exponential",
    "Gamma",
    "Lognormal",
    "Mixture",
    "MixturePart",
    "Pareto",
    "TruncatedNormal",
    "Uniform",
    "Weibull",
]

DISTRIBUTIONS: Mapping[str, type[Distribution]] = {
    "constant": Constant,
    "uniform": Uniform,
    "exponential": Exponential,
    "normal": TruncatedNormal,
    "lognormal": Lognormal,
    "gamma": Gamma,
    "weibull": Weibull,
    "pareto": Pareto,
    "mixture": Mixture,
    "empirical": Empirical,
}
"""Every kind that a TOML table's `kind` may name."""
