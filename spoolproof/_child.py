"""The lab as a child process of this one: starts it, reads what it says, ends it."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Generic, TypeVar

from spoolproof._protocol import PROTOCOL
from spoolproof.errors import ClosedError, InputError, LabError, SpoolproofError, StartError

__all__ = ["PYTHON_VARIABLE", "Lab", "Once", "in_thread"]

PYTHON_VARIABLE = "SPOOLPROOF_PYTHON"
"""The environment variable that names the Python of another environment in which the lab is installed."""

_START = 120.0
"""Seconds until a Python that does not answer is given up."""
_END = 15.0
"""Seconds in which the lab may end by itself."""
_LAST = 5.0
"""Seconds in which a lab that says no more may be on its way out."""
_QUOTED = 2000

_ERRORS: Mapping[str, type[SpoolproofError]] = {"input": InputError, "lab": LabError, "start": StartError}
"""By the kind that the lab says."""

Value = TypeVar("Value")


class Lab:
    """A lab that works on one task. Making it starts it; `close` ends it, from any thread and however often.

    Raises `StartError` where it cannot be started.
    """

    def __init__(self, task: str, arguments: Mapping[str, Any]) -> None:
        import subprocess
        import tempfile
        from threading import Lock

        self._python = os.environ.get(PYTHON_VARIABLE) or sys.executable
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._closing = Lock()
        request = {"protocol": PROTOCOL, "parent": os.getpid(), "task": task, "with": arguments}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own Python
                [self._python, "-P", "-m", "spoolproof._lab"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for this process, which then ends the lab
            )
        except OSError as error:
            self._log.close()
            raise StartError(f"the lab cannot be started: {self._named()}: {error.strerror}") from error
        self._write(request)

    @property
    def closed(self) -> bool:
        return self._log.closed

    def receive_hello(self) -> None:
        """Wait until the lab answers. Raises `StartError`."""
        from threading import Timer

        patience = Timer(_START, self._process.kill)
        patience.start()
        try:
            hello = self._read() or {}
        finally:
            patience.cancel()
        found = hello.get("lab")
        if found is None:
            raise StartError(f"the lab cannot be started: {self._named()}: {self._why_not()}")
        if found != PROTOCOL:
            raise StartError(
                f"{self._named()} has spoolproof {hello.get('version')}, which speaks version {found} of the protocol, "
                f"and this one version {PROTOCOL}; install the same version of spoolproof in both"
            )

    def receive(self, kind: str) -> Any:
        """Wait for a message of this kind. Raises the error that the lab sends instead, and `LabError` if it ends."""
        message = self._read()
        if message is None:
            raise LabError(f"the lab ended: {self.how_it_ended()}")
        if "error" in message:
            error = message["error"]
            raise _ERRORS[error["kind"]](error["message"])
        return message[kind]

    def how_it_ended(self) -> str | None:
        """What there is to say of it; None while it runs."""
        import subprocess

        try:
            status = self._process.wait(timeout=_LAST)
        except subprocess.TimeoutExpired:
            return None
        how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
        words = self._last_words()
        return f"{how}; it said: {words}" if words else how

    def close(self) -> None:
        """Ask it to end, and kill it where it does not."""
        import subprocess

        with self._closing:
            if self.closed:
                return
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            with suppress(BrokenPipeError):  # of a request that it never read
                self._process.stdin.close()
            try:
                self._process.wait(timeout=_END)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            except BaseException:
                self._process.kill()
                raise
            self._process.stdout.close()
            self._log.close()

    def _write(self, request: Mapping[str, Any]) -> None:
        import json

        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request, default=os.fspath).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:  # it has ended, which whoever reads finds out
            pass
        except TypeError as error:
            self.close()
            raise InputError(f"tables hold texts, numbers, arrays and tables: {error}") from error

    def _read(self) -> dict[str, Any] | None:
        """A message; None where there will be none any more."""
        import json

        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            message = json.loads(line)
        except ValueError:
            return None
        return message if isinstance(message, dict) else None

    def _last_words(self) -> str:
        """The last line of its stderr."""
        if self._log.closed:
            return ""
        log = self._log.fileno()
        written = os.pread(
            log, _QUOTED, max(0, os.fstat(log).st_size - _QUOTED)
        )  # the lab writes where the file stands
        lines = written.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _why_not(self) -> str:
        """Why it did not answer."""
        words = self.how_it_ended() or "it did not answer as the lab does"
        if "No module named" in words and "spoolproof" in words:
            return f"spoolproof is not installed there ({PYTHON_VARIABLE} names a Python that has it)"
        if "Try `python -h'" in words:
            return "it is older than 3.11"
        return words

    def _named(self) -> str:
        return f"{PYTHON_VARIABLE}={self._python}" if os.environ.get(PYTHON_VARIABLE) else str(self._python)


def _environment() -> dict[str, str]:
    """This process's, without what PYTHONPATH says of the working directory, or of packages for another Python."""
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    entries = environment.pop("PYTHONPATH", "").split(os.pathsep)
    if os.environ.get(PYTHON_VARIABLE):
        environment.pop("PYTHONHOME", None)
    elif kept := [entry for entry in entries if os.path.isabs(entry)]:
        environment["PYTHONPATH"] = os.pathsep.join(kept)
    return environment


async def in_thread(call: Callable[[], Value], *, end: Callable[[], object]) -> Value:
    """Run a call that blocks. Where the task is cancelled, `end` makes the call end, which is waited for."""
    import asyncio

    future = asyncio.get_running_loop().run_in_executor(None, call)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        with suppress(Exception):
            await asyncio.to_thread(end)
            await future
        raise


class Once(Generic[Value]):
    """A task that the lab works on for as long as a `with` statement lasts. It can be entered once.

    read: what runs, from what the lab says when it is ready. name: of what has to be called again, for messages.
    """

    def __init__(self, name: str, request: Mapping[str, Any], read: Callable[[Lab, Any], Value]) -> None:
        self._request = request
        self._name = name
        self._read = read
        self._lab: Lab | None = None

    def __enter__(self) -> Value:
        return self._wait(self._start())

    def __exit__(self, *error: object) -> None:
        assert self._lab is not None
        self._lab.close()

    async def __aenter__(self) -> Value:
        lab = self._start()
        return await in_thread(lambda: self._wait(lab), end=lab.close)

    async def __aexit__(self, *error: object) -> None:
        assert self._lab is not None
        await in_thread(self._lab.close, end=self._lab.close)

    def _start(self) -> Lab:
        if self._lab is not None:
            raise ClosedError(f"this was started before; call {self._name}() again")
        self._lab = Lab(self._name, self._request)
        return self._lab

    def _wait(self, lab: Lab) -> Value:
        try:
            lab.receive_hello()
            return self._read(lab, lab.receive("ready"))
        except BaseException:
            lab.close()
            raise
