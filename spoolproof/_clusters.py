"""Fake clusters behind real SSH on free ports of this machine, for as long as a `with` statement lasts."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from spoolproof._child import Once
from spoolproof._http import Admin, NoAnswer
from spoolproof._rows import Effect, Injection, Share, read_share
from spoolproof.errors import ClosedError, InputError, LabError

__all__ = ["AsyncCluster", "AsyncFarm", "Cluster", "Clusters", "Farm", "clusters", "ssh_words"]

Value = TypeVar("Value")


def clusters(
    which: str | os.PathLike[str] | Iterable[str] | Mapping[str, Mapping[str, Any]] = "north",
    /,
    *,
    faults: Iterable[Mapping[str, Any]] | None = None,
    seed: int | None = None,
    auth: str | None = None,
    password: str | None = None,
    keys: str | os.PathLike[str] | None = None,
) -> "Clusters":
    """Fake clusters: `with clusters(…) as farm` or `async with clusters(…) as farm`.

    which: the name of a cluster, several names, a table for each name (the keys are those of `[clusters.NAME]` in a
    clusters file), or the path of a clusters file, which ends in `.toml`. The other arguments, but for `keys`, are the
    keys of such a file, and only for clusters that no file describes. keys: the folder of host and client keys, made at
    first use; without it the keys end with the clusters.

    Entering raises `StartError`, `InputError` or `LabError`.
    """
    own = {"faults": None if faults is None else list(faults), "seed": seed, "auth": auth, "password": password}
    given = {key: value for key, value in own.items() if value is not None}
    file, table = None, None
    if isinstance(which, os.PathLike) or (isinstance(which, str) and which.endswith(".toml")):
        if given:
            raise InputError(f"{next(iter(given))}: belongs into the clusters file {os.fspath(which)}")
        file = os.path.abspath(which)
    else:
        named = which if isinstance(which, Mapping) else {name: {} for name in _names(which)}
        table = {**given, "clusters": named}
    return Clusters({"file": file, "table": table or {}, "keys": None if keys is None else os.path.abspath(keys)})


def _names(which: str | Iterable[str]) -> Iterable[str]:
    return [which] if isinstance(which, str) else which


class Clusters:
    """What `clusters` returns: entering it starts the clusters, leaving it ends them. It can be entered once."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        """What the lab is asked for."""
        self._once = Once("clusters", request, lambda lab, sets: Farm(lab, sets[0]))

    def __enter__(self) -> "Farm":
        return self._once.__enter__()

    def __exit__(self, *error: object) -> None:
        self._once.__exit__(*error)

    async def __aenter__(self) -> "AsyncFarm":
        return AsyncFarm(await self._once.__aenter__())

    async def __aexit__(self, *error: object) -> None:
        await self._once.__aexit__(*error)


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
        return _found(self.clusters, name)


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


class AsyncFarm:
    """`Farm` for asyncio code."""

    def __init__(self, farm: Farm) -> None:
        self.admin_url = farm.admin_url
        self.admin_token = farm.admin_token
        self.addresses = farm.addresses
        self.known_hosts = farm.known_hosts
        self.client_key = farm.client_key
        self.clusters: Mapping[str, AsyncCluster] = {
            name: AsyncCluster(cluster) for name, cluster in farm.clusters.items()
        }

    def __getitem__(self, name: str) -> "AsyncCluster":
        """Raises `InputError`."""
        return _found(self.clusters, name)


class AsyncCluster:
    """`Cluster` for asyncio code: whatever asks the lab is awaited."""

    def __init__(self, cluster: Cluster) -> None:
        self.plain = cluster
        """The same, for plain code."""
        self.name = cluster.name
        self.host = cluster.host
        self.port = cluster.port
        self.user = cluster.user
        self.password = cluster.password
        self.client_key = cluster.client_key
        self.host_keys = cluster.host_keys

    def ssh(self, *command: str) -> list[str]:
        """The words that run a command there with OpenSSH's client, whatever its own configuration says."""
        return self.plain.ssh(*command)

    async def shares(self) -> tuple[Share, ...]:
        return await _asked(self.plain.shares)

    async def effects(self, after: int = 0) -> tuple[Effect, ...]:
        return await _asked(lambda: self.plain.effects(after))

    async def injections(self, after: int = 0) -> tuple[Injection, ...]:
        return await _asked(lambda: self.plain.injections(after))

    async def counters(self) -> dict[str, int]:
        return await _asked(self.plain.counters)

    async def wait_for_count(self, counter: str, at_least: int = 1, *, timeout: float = 10.0) -> int:
        return await _asked(lambda: self.plain.wait_for_count(counter, at_least, timeout=timeout))

    async def add_fault(self, fault: str, **keys: Any) -> str:
        return await _asked(lambda: self.plain.add_fault(fault, **keys))

    async def remove_fault(self, label: str) -> None:
        await _asked(lambda: self.plain.remove_fault(label))

    async def clear_faults(self) -> None:
        await _asked(self.plain.clear_faults)

    async def set_profile(self, **keys: Any) -> None:
        await _asked(lambda: self.plain.set_profile(**keys))

    async def add_share(self, name: str, *, size: int = 1 << 30) -> None:
        await _asked(lambda: self.plain.add_share(name, size=size))

    async def remove_share(self, name: str) -> None:
        await _asked(lambda: self.plain.remove_share(name))

    async def crash(self, *, down_for: float = 5.0, wipe: bool = False) -> None:
        await _asked(lambda: self.plain.crash(down_for=down_for, wipe=wipe))

    async def reset(self) -> None:
        await _asked(self.plain.reset)

    async def restore(self) -> None:
        await _asked(self.plain.restore)


async def _asked(call: Callable[[], Value]) -> Value:
    import asyncio

    return await asyncio.to_thread(call)


def _found(clusters: Mapping[str, Value], name: str) -> Value:
    if name not in clusters:
        raise InputError(f"no cluster {name!r}; there are: {', '.join(clusters)}")
    return clusters[name]


class Login(Protocol):
    """Where and how an SSH client logs in."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def client_key(self) -> Path | None: ...
    @property
    def known_hosts(self) -> Path | None: ...


def ssh_words(login: Login, command: Iterable[str]) -> list[str]:
    """For OpenSSH's client, whatever its own configuration says. Without a file of host keys it trusts nobody."""
    options = [
        f"UserKnownHostsFile={login.known_hosts or 'none'}",
        "GlobalKnownHostsFile=none",
        "StrictHostKeyChecking=yes",
        "LogLevel=ERROR",
    ]
    if login.client_key is not None:
        options += [f"IdentityFile={login.client_key}", "IdentitiesOnly=yes", "BatchMode=yes"]
    words = [word for option in options for word in ("-o", option)]
    return ["ssh", "-F", "none", "-p", str(login.port), *words, f"{login.user}@{login.host}", *command]
