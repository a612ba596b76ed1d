"""Commands to a storage cluster, over SSH."""

import configparser
import os
import uuid
from shlex import quote

import paramiko


class CommandFailed(Exception):
    """A command did not succeed."""


def known() -> configparser.ConfigParser:
    """The clusters that the portal serves: a section each."""
    clusters = configparser.ConfigParser()
    clusters.read(os.environ["PORTAL_CLUSTERS"])
    return clusters


def create(location: str, name: str, size: int) -> None:
    run(location, f"share create {quote(name)} --size {size} --request-id {uuid.uuid4()}")


def resize(location: str, name: str, size: int) -> None:
    run(location, f"share resize {quote(name)} --size {size} --request-id {uuid.uuid4()}")


def delete(location: str, name: str) -> None:
    run(location, f"share delete {quote(name)} --request-id {uuid.uuid4()}")


def run(location: str, command: str) -> str:
    """What a command prints. Raises `CommandFailed`."""
    cluster = known()[location]
    with paramiko.SSHClient() as ssh:
        ssh.load_host_keys(cluster["known_hosts"])
        try:
            ssh.connect(
                cluster["host"],
                cluster.getint("port"),
                cluster["user"],
                key_filename=cluster["key"],
                timeout=5,
                allow_agent=False,
                look_for_keys=False,
            )
            _, stdout, stderr = ssh.exec_command(command)
            status = stdout.channel.recv_exit_status()
            if status != 0:
                raise CommandFailed(stderr.read().decode())
            return stdout.read().decode()
        except (OSError, paramiko.SSHException) as error:
            raise CommandFailed(str(error)) from error
