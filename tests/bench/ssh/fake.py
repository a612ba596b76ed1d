"""A process with one fake cluster, its whole behaviour model and no fault.

`python -m tests.bench.ssh.fake DIRECTORY [MEDIAN [P99]]` prints its port; latencies in seconds, none: answers at once.
"""

import asyncio
import sys

from connector.clock import steady_clock
from fake_clusters.distributions import Lognormal
from fake_clusters.environment import PacedEnvironment
from fake_clusters.keys import HostKeys
from fake_clusters.model import ClusterModel
from fake_clusters.profile import Constant, Distribution, Profile
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterSpec
from tests.bench.ssh.login import PASSWORD, USER, client_key

__all__ = ["SEED", "profile_of"]

SEED = 1


def profile_of(latency: list[float]) -> Profile:
    """No number: instant. One: constant. Two: lognormal by median and p99."""
    distribution: Distribution
    match latency:
        case []:
            return Profile()
        case [value]:
            distribution = Constant(value)
        case [median, p99]:
            distribution = Lognormal(median=median, p99=p99)
        case _:
            raise SystemExit("accepted: DIRECTORY [MEDIAN [P99]]")
    return Profile(name="bench", default=distribution)


async def main(directory: str, latency: list[float]) -> None:
    loop = asyncio.get_running_loop()
    options = ServerOptions(users={USER: PASSWORD}, authorized_keys=(client_key(directory).public,))
    async with PacedEnvironment(loop) as environment:
        spec = ClusterSpec(name="north", profile=profile_of(latency))
        model = ClusterModel(environment, spec, seed=SEED, wall=steady_clock(loop))
        async with SshFront(model, keys=HostKeys.fresh(), options=options) as front:
            print(front.port, flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], [float(word) for word in sys.argv[2:]]))
