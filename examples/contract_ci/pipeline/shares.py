"""A share on a storage cluster, made with OpenSSH's client; whoever asks twice gets one share."""

import subprocess
from collections.abc import Sequence

__all__ = ["Refused", "Unclear", "create"]


class Refused(Exception):
    """The cluster did not make the share, and will not."""


class Unclear(Exception):
    """Nobody knows whether there is such a share."""


def create(ssh: Sequence[str], name: str, gigabytes: int, *, job: str, attempts: int = 3) -> None:
    """ssh: the words that log in to the cluster. job: the same for every attempt of one request.

    A lost reply says nothing, so the cluster is asked again with the same job, and carries it out once.
    """
    command = f"volume create -vserver svm1 -volume {name} -size {gigabytes}GB -job-tag {job}"
    for _ in range(attempts):
        done = subprocess.run([*ssh, command], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode == 0:
            return
        if done.stdout.startswith("Error:"):
            raise Refused(done.stdout.strip())
    raise Unclear(f"{name}: no answer in {attempts} attempts")
