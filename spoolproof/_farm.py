"""Clusters that run: what there is to see of them, and to do to them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from spoolproof._http import Admin, NoAnswer
from spoolproof._rows import Effect, Injection, Share, read_share
from spoolproof._ssh_words import ssh_words
from spoolproof.errors import ClosedError, InputError, LabError

__all__ = ["Cluster", "Farm", "Owner", "cluster_named"]

Value = TypeVar("Value")


class Owner(Protocol):
    """The process that the clusters end with."""

    @property
    def closed(self) -> bool: ...

    def how_it_ended(self) -> str | None: ...


class Farm:
    """Running clusters. `farm["north"]` is one of them.

    clusters: by name. client_key: a private key file that every cluster lets in; None with `auth` `password` or
    `none`. known_hosts: their host keys, as OpenSSH has them. addresses: the address file, as other programs read it.
    admin_url, admin_token: of the HTTP admin API.
    """

    def __init__(self, lab: Owner, ready: Mapping[str, Any]) -> None:
        admin = Admin(**ready["admin"])
        self.admin_url = admin.url
        self.admin_token = admin.token
        self.addresses = Path(ready["addresses"])
        self.known_hosts = Path(ready["known_hosts"])
        targets = ready["targets"]
        self.client_key = None if targets[0]["client_key"] is None else Path(targets[0]["client_key"])
        self.clusters: Mapping[str, Cluster] = {
            target["name"]: Cluster(lab, admin, target, self.known_hosts) for target in targets
        }

    def __getitem__(self, name: str) -> "Cluster":
        """Raises `InputError`."""
        return cluster_named(self.clusters, name)


class Cluster:
    """One cluster. All methods raise `ClosedError` once the clusters have ended, and `LabError` where the lab failed.

    host, port, user: where SSH clients log in, with `password` or `client_key`. host_keys: fingerprints, `SHA256:…`.
    """

    def __init__(self, lab: Owner, admin: Admin, target: Mapping[str, Any], known_hosts: Path) -> None:
        self._lab = lab
        self._admin = admin
        self.known_hosts = known_hosts
        self.name: str = target["name"]
        self.host: str = target["host"]
        self.port: int = target["port"]
        self.user: str = target["username"]
        self.password: str | None = target["password"]
        self.client_key = None if target["client_key"] is None else Path(target["client_key"])
        self.host_keys: tuple[str, ...] = (target["host_key"], *target["other_host_keys"])

    def ssh(self, *command: str) -> list[str]:
        """The words that run a command there with OpenSSH's client, whatever its own configuration says."""
        return ssh_words(self, command)

    def shares(self) -> tuple[Share, ...]:
        """What is on the cluster, by name."""
        return tuple(read_share(row) for row in self._ask("GET", "shares")["shares"])

    def effects(self, after: int = 0) -> tuple[Effect, ...]:
        """Its own log of what changed: those with a higher number."""
        rows = self._ask("GET", "effects", query={"after": after})["effects"]
        return tuple(Effect.read(row) for row in rows)

    def injections(self, after: int = 0) -> tuple[Injection, ...]:
        """On which occasions faults were injected: those with a higher number."""
        rows = self._ask("GET", "injections", query={"after": after})["injections"]
        return tuple(Injection.read(row) for row in rows)

    def counters(self) -> dict[str, int]:
        """Connections, logins, commands by verb, refusals, …"""
        found: dict[str, int] = self._ask("GET", "counters")
        return found

    def wait_for_count(self, counter: str, at_least: int = 1, *, timeout: float = 10.0) -> int:
        """The counter's value once it has reached `at_least`. Raises `WaitError` after `timeout` seconds (at most 300),
        and `InputError` where there is no such counter."""
        query = {"counter": counter, "at_least": at_least, "timeout": f"{timeout:.6f}"}
        value: int = self._ask("GET", "wait", query=query, waits=timeout)["value"]
        return value

    def add_fault(self, fault: str, **keys: Any) -> str:
        """Switch a fault on, with the keys that it takes in a scenario (`verbs`, `probability`, `label`, …).

        Returns its label. Raises `InputError`.
        """
        label: str = self._ask("POST", "faults", body={"kind": fault, **keys})["label"]
        return label

    def remove_fault(self, label: str) -> None:
        """Switch a fault off. Raises `InputError` where there is none of that label."""
        self._ask("DELETE", "faults", label)

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self._ask("DELETE", "faults")

    def set_profile(self, **keys: Any) -> None:
        """Other latencies from now on: the keys of a profile, such as `base="steady"`. Raises `InputError`."""
        self._ask("PUT", "profile", body=keys)

    def add_share(self, name: str, *, size: int = 1 << 30) -> None:
        """Make a share by hand, past the connector. Raises `InputError` where there is one of that name."""
        self._ask("POST", "shares", body={"name": name, "size": size})

    def remove_share(self, name: str) -> None:
        """Remove a share by hand, past the connector. Raises `InputError` where there is none of that name."""
        self._ask("DELETE", "shares", name)

    def crash(self, *, down_for: float = 5.0, wipe: bool = False) -> None:
        """Go down now, for `down_for` seconds. wipe: it comes back without its shares."""
        self._ask("POST", "crash", body={"down_for": down_for, "wipe": wipe})

    def reset(self) -> None:
        """No share, no log, counts at zero. Faults, profile and connections stay."""
        self._ask("POST", "reset")

    def restore(self) -> None:
        """Be as it was started: up, its first profile and faults, no share, no log; connections are reset."""
        self._ask("POST", "restore")

    def _ask(self, method: str, *path: str, **options: Any) -> Any:
        if self._lab.closed:
            raise ClosedError(f"{self.name}: these clusters have ended with their `with` statement")
        try:
            return self._admin.ask(method, "clusters", self.name, *path, **options)
        except NoAnswer as error:
            if self._lab.closed:
                raise ClosedError(f"{self.name}: these clusters ended meanwhile") from error
            why = self._lab.how_it_ended() or str(error)
            raise LabError(f"{self.name}: the lab does not answer: {why}") from error


def cluster_named(clusters: Mapping[str, Value], name: str) -> Value:
    """Raises `InputError`."""
    if name not in clusters:
        raise InputError(f"no cluster {name!r}; there are: {', '.join(clusters)}")
    return clusters[name]
