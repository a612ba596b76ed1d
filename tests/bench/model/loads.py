"""The calm load of the benchmarks: two creates a second and cluster, lognormal services, a queue now and then."""

from connector.operations import Verb
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.profile import Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from harness.scenario.scenario import Scenario, Workload

__all__ = ["calm"]

_PROFILE = Profile(
    name="bench",
    service={Verb.CREATE: Lognormal(median=0.3, p99=2.0), Verb.CAPABILITIES: Constant(0.0)},
    default=Lognormal(median=0.05, p99=0.5),
)


def calm(creates: int, clusters: int) -> Scenario:
    """About so many creates over so many clusters of eight places each."""
    rate = 2.0 * clusters
    return Scenario(
        name="calm",
        title="Calm creates",
        shows="",
        text="",
        path=None,
        seed=1,
        clusters=tuple(
            ClusterSpec(name=f"c{number}", profile=_PROFILE, limits=ClusterLimits(commands=8))
            for number in range(clusters)
        ),
        workload=Workload(rate=rate, duration=creates / rate),
    )
