"""A service commands the clusters with its own asyncssh client, over the virtual network."""

import asyncio
import json
from pathlib import Path

from connector.targets import write_targets
from fake_clusters.farm import Farm
from fake_clusters.keys import KeyStore
from fake_clusters.spec import ClusterSpec
from harness.virtual.hosted.loop import HostingLoop
from harness.virtual.hosted.parts import HostedPart, open_hosted_parts
from harness.virtual.loop import run_virtually, running_loop
from harness.virtual.network import Network
from harness.virtual.ssh.transport import MemorySsh
from tests.harness.virtual.hosted.services import worker, written

_WORKER = """
    import asyncio, json, os
    import asyncssh

    async def main():
        with open(os.environ["SPOOLPROOF_CLUSTERS"]) as file:
            (north,) = json.load(file)["clusters"]
        async with asyncssh.connect(
            north["host"], north["port"], username=north["username"], client_keys=[north["client_key"]],
            known_hosts=os.environ["SPOOLPROOF_KNOWN_HOSTS"],
        ) as connection:
            for name in ("home", "home"):
                done = await connection.run(f"share create {name} --size 1024 --request-id {name}")
                print(done.exit_status, done.stdout.strip())
            with open("said.txt", "w") as file:
                json.dump([done.exit_status, done.stdout], file)
        await asyncio.Event().wait()
"""


async def _played(parts: list[HostedPart], work: Path) -> list[str]:
    net = running_loop().net
    assert isinstance(net, Network)
    ssh = MemorySsh(net, seed=1, client=KeyStore(work / "keys").client_key())
    async with Farm([ClusterSpec(name="north")], keys=work / "keys", fronts=ssh.open_front) as farm:
        write_targets(work / "clusters.json", farm.targets())
        (work / "known_hosts").write_text(ssh.known_hosts)
        async with open_hosted_parts(parts, work=work, seed=1):
            await asyncio.sleep(60)
        shares = [effect.name for effect in farm.cluster("north").effects()]
    running_loop().close_all()
    return shares


def test_a_service_logs_in_with_its_key_and_creates_a_share(tmp_path: Path) -> None:
    folder = written(tmp_path, worker=_WORKER)
    clusters, hosts = str(tmp_path / "clusters.json"), str(tmp_path / "known_hosts")
    part = worker(folder, SPOOLPROOF_CLUSTERS=clusters, SPOOLPROOF_KNOWN_HOSTS=hosts, HOME=str(tmp_path))
    shares = run_virtually(_played([part], tmp_path), Network(), make=HostingLoop)
    assert (json.loads((tmp_path / "said.txt").read_text()), shares) == ([0, '{"done": "create"}\n'], ["home"])
