"""Connectors that the contract suite holds to its clauses, one by one: the lab opens them, asks, and cleans up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spoolproof import errors
from spoolproof._rows import ClauseResult, read_clause_result

__all__ = ["ClauseSuite", "Target", "TargetReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A connector, real or fake. id: as tests are named after it. title: as reports call it.

    host, port, user: where SSH clients log in, with `password` or `client_key`. known_hosts: a file of its host keys.
    """

    id: str
    title: str
    dialect: str
    host: str
    port: int
    user: str
    password: str | None = None
    client_key: Path | None = None
    known_hosts: Path | None = None

    def ssh(self, *command: str) -> list[str]:
        """The words that run a command there with OpenSSH's client, whatever its own configuration says."""
        from spoolproof._ssh_words import ssh_words

        return ssh_words(self, command)


class TargetReport:
    """All clauses of one target, once it has been cleaned up after. lines: for the reader. failed: the run did not
    decide that it conforms, or left something."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.lines = [f"{row['target']}: {row['headline']}", row["shares"], *row["notes"]]
        self.failed = row["verdict"] != "valid" or bool(row["left"])


class ClauseSuite:
    """A conversation with the lab about its targets. ready: what the lab said when it was ready."""

    def __init__(self, ready: Mapping[str, Any]) -> None:
        import socket

        self.targets: Sequence[str] = ready["targets"]
        self.clauses: Sequence[str] = ready["clauses"]
        host, port, token = ready["address"]
        self._socket = socket.create_connection((host, port))
        self._lines = self._socket.makefile("rb")
        self._socket.sendall(f"{token}\n".encode())

    def target(self, id: str) -> Target:
        """Raises `InputError` and `LabError`, such as for a target that cannot be reached."""
        row = self._ask("target", target=id)
        paths = {key: None if row[key] is None else Path(row[key]) for key in ("client_key", "known_hosts")}
        return Target(id=id, **{**row, **paths})

    def result(self, target: str, clause: str) -> ClauseResult:
        """Ask one clause. Raises `InputError` and `LabError`."""
        return read_clause_result(self._ask("result", target=target, clause=clause))

    def finish(self, report: Path | None) -> list[TargetReport]:
        """Remove all that was made. report: the folder in which each target gets its reports. Raises `LabError`."""
        rows = self._ask("finished", finish=True, report=None if report is None else str(report))
        return [TargetReport(row) for row in rows]

    def close(self) -> None:
        """A clause that is asked for just now is given up."""
        self._lines.close()
        self._socket.close()

    def _ask(self, kind: str, **request: Any) -> Any:
        import json

        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            line = self._lines.readline()
        except OSError as error:
            raise errors.LabError(f"the lab ended: {error.strerror}") from error
        if not line:
            raise errors.LabError("the lab ended")
        answer = json.loads(line)
        if "error" in answer:
            wrong = answer["error"]
            raise (errors.InputError if wrong["kind"] == "input" else errors.LabError)(wrong["message"])
        return answer[kind]
