"""The numbers that a fake gives: of its shares, and of the jobs that change them."""

from connector.operations import Request

__all__ = ["Numbers"]


class Numbers:
    """One cluster's. A share keeps its number for as long as the process lives, whatever becomes of it."""

    def __init__(self) -> None:
        self._shares: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._jobs: dict[str, Request] = {}

    def of_share(self, name: str) -> str:
        if name not in self._shares:
            self._shares[name] = str(len(self._shares))
            self._names[self._shares[name]] = name
        return self._shares[name]

    def name(self, number: str) -> str | None:
        """Of the share that has it."""
        return self._names.get(number)

    def of_job(self, request: Request) -> str:
        """A new one."""
        number = str(len(self._jobs) + 1)
        self._jobs[number] = request
        return number

    def note_job(self, number: str, request: Request) -> None:
        """One that somebody else has given."""
        self._jobs[number] = request

    def job(self, number: str) -> Request | None:
        """What it carries out."""
        return self._jobs.get(number)
