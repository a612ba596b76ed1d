"""One lab for all processes of a test run: the process that leads them starts it, and lends each its part of it."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from spoolproof import errors
from spoolproof._child import Lab
from spoolproof._farm import Owner

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["Borrowed", "Lender"]

Value = TypeVar("Value")

_KEY_BYTES = 16


class Lender:
    """Lends what labs make ready, such as sets of clusters, each set to one process at a time, until `close`.

    All sets of a request live in one lab. borrowers: how many processes may have one at once. A set comes back when its
    borrower ends, however it ends.
    """

    def __init__(self, borrowers: int) -> None:
        from multiprocessing.connection import Listener

        key = secrets.token_bytes(_KEY_BYTES)
        self._listener = Listener(("127.0.0.1", 0), authkey=key)
        host, port = self._listener.address
        self.address = {"host": host, "port": port, "key": key.hex()}
        """What `Borrowed` needs."""
        self._borrowers = borrowers
        self._labs: dict[str, Lab] = {}
        self._ready: dict[str, Any] = {}
        self._free: dict[str, list[Any]] = {}
        self._changed = Condition()
        self._closed = False
        Thread(target=self._listen, daemon=True).start()

    def started(self, task: str) -> list[Any]:
        """What each lab that works on such a task lends."""
        with self._changed:
            return [ready for request, ready in self._ready.items() if json.loads(request)["task"] == task]

    def close(self) -> None:
        """End the labs."""
        with self._changed:
            self._closed = True
            self._listener.close()
            for lab in self._labs.values():
                lab.close()

    def _listen(self) -> None:
        from multiprocessing import AuthenticationError

        while not self._closed:
            with suppress(AuthenticationError, EOFError, OSError):  # a stranger, or the end
                connection = self._listener.accept()
                Thread(target=self._lend, args=(connection,), daemon=True).start()

    def _lend(self, connection: "Connection[bytes, bytes]") -> None:
        with connection, suppress(EOFError, OSError):  # the borrower ended
            request = connection.recv_bytes().decode()
            try:
                lent = self._take(request)
            except errors.SpoolproofError as error:
                connection.send_bytes(json.dumps({"error": [type(error).__name__, str(error)]}).encode())
                return
            try:
                connection.send_bytes(json.dumps({"ready": lent}).encode())
                connection.recv_bytes()
            finally:
                self._put_back(request, lent)

    def _take(self, request: str) -> Any:
        with self._changed:
            if request not in self._free:
                self._labs[request], self._free[request] = _start(json.loads(request), self._borrowers)
                self._ready[request] = self._free[request][0]
            free = self._free[request]
            self._changed.wait_for(lambda: free)  # of one that was killed it comes back at once
            return free.pop()

    def _put_back(self, request: str, lent: Any) -> None:
        with self._changed:
            self._free[request].append(lent)
            self._changed.notify_all()


def _start(request: Mapping[str, Any], sets: int) -> tuple[Lab, list[Any]]:
    lab = Lab(request["task"], {**request["with"], "sets": sets})
    try:
        lab.receive_hello()
        return lab, lab.receive("ready")
    except BaseException:
        lab.close()
        raise


class Borrowed(Generic[Value]):
    """What a lab of another process lends, for as long as a `with` statement lasts.

    task, request: of the lab. read: what the statement gives, from what is lent.
    """

    def __init__(
        self, address: Mapping[str, Any], task: str, request: Mapping[str, Any], read: "Callable[[Owner, Any], Value]"
    ) -> None:
        self._address = address
        self._request = {"task": task, "with": request}
        self._read = read
        self.closed = False

    def how_it_ended(self) -> str | None:
        """None: only the lender knows."""
        return None

    def __enter__(self) -> Value:
        from multiprocessing.connection import Client

        where = (self._address["host"], self._address["port"])
        self._connection = Client(where, authkey=bytes.fromhex(self._address["key"]))
        self._connection.send_bytes(json.dumps(self._request, sort_keys=True, default=os.fspath).encode())
        try:
            answer = json.loads(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise errors.StartError("the test run that lends clusters has ended") from error
        if "error" in answer:
            name, message = answer["error"]
            raise getattr(errors, name)(message)
        return self._read(self, answer["ready"])

    def __exit__(self, *error: object) -> None:
        self.closed = True
        self._connection.close()
