"""A process with many clusters: `python -m tests.bench.ssh.many DIRECTORY COUNT` prints how long they took, and ends.

Timed is what is done for each cluster: its keys (the store is fresh, so it is made too), its model, its port.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from connector.clock import steady_clock
from fake_clusters.environment import PacedEnvironment
from fake_clusters.keys import KeyStore
from fake_clusters.model import ClusterModel
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterSpec
from tests.bench.ssh.login import PASSWORD, USER


async def main(directory: Path, count: int) -> None:
    loop = asyncio.get_running_loop()
    options = ServerOptions(users={USER: PASSWORD})
    async with AsyncExitStack() as stack:
        began = loop.time()
        store = KeyStore(directory)
        wall = steady_clock(loop)
        for number in range(count):
            name = f"cluster-{number}"
            environment = await stack.enter_async_context(PacedEnvironment(loop))
            model = ClusterModel(environment, ClusterSpec(name=name), seed=1, wall=wall)
            front = SshFront(model, keys=store.host_keys(name), options=options)
            await stack.enter_async_context(front)
        print(loop.time() - began, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
