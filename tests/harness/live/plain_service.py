"""A small service that is not the reference pipeline, in the way of the reference API: creates only, all in memory.

Run as `python plain_service.py --port PORT --mode MODE`: honest, die (at once), mute (no port), garbage (no JSON),
redirect, endless (an answer that never ends), crash (at the third create), boast (active before it is made).
"""

import argparse
import itertools
import json
import os
import shlex
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import paramiko

STATES: dict[tuple[str, str], dict[str, Any]] = {}
WORKERS = ThreadPoolExecutor(4)
CREATES = itertools.count(1)
LOCK = threading.Lock()


def make(row: dict[str, Any]) -> None:
    """Make the share on its cluster, and forget the record where the cluster refuses it."""
    with open(os.environ["SPOOLPROOF_CLUSTERS"]) as file:
        cluster = next(each for each in json.load(file)["clusters"] if each["name"] == row["location"])
    with paramiko.SSHClient() as client:
        client.load_host_keys(os.environ["SPOOLPROOF_KNOWN_HOSTS"])
        client.connect(
            cluster["host"],
            cluster["port"],
            username=os.environ["SPOOLPROOF_USER"],
            key_filename=os.environ["SPOOLPROOF_CLIENT_KEY"],
            allow_agent=False,
            look_for_keys=False,
        )
        name, own = shlex.quote(row["name"]), row["id"]
        command = f"share create {name} --size {row['size']} --request-id r-{own} --mark plain/{own}"
        _, out, errors = client.exec_command(command)
        if not (made := out.channel.recv_exit_status() == 0):
            print(command, out.read(), errors.read())
    with LOCK:
        if made:
            row["state"] = "active"
        else:
            del STATES[row["location"], row["name"]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mode = "honest"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if self.mode == "garbage":
            return self._send(200, b"<html>Welcome</html>", "text/html")
        if self.mode == "redirect":
            return self._send(302, b"", "text/plain", ("Location", "https://login.example/"))
        if self.mode == "endless":
            return self._stream()
        with LOCK:
            if path == "/v1/shares":
                rows = [row for row in STATES.values() if "location=" not in query or row["location"] in query]
                return self._json(200, {"shares": rows, "next": None})
            found = STATES.get(tuple(path.split("/")[3:5]))  # type: ignore[arg-type]  # a path of two names
            row = dict(found) if found else None
        return self._json(200, row) if row else self._problem(404, "not-found")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = asked["location"], asked["name"]
        number = next(CREATES)
        if number == 3 and self.mode == "crash":
            sys.stderr.write("out of luck\n")
            os._exit(3)
        with LOCK:
            if key in STATES:
                return self._problem(409, "share-exists")
            first = "active" if self.mode == "boast" else "pending"
            row = STATES[key] = {**asked, "id": f"s{number}-{os.getpid()}", "state": first}
            body = dict(row)
        WORKERS.submit(make, row)
        return self._json(202, body)

    def _json(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _problem(self, status: int, cause: str) -> None:
        self._send(status, json.dumps({"type": f"/problems/{cause}"}).encode(), "application/problem+json")

    def _send(self, status: int, body: bytes, kind: str, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65536)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mode", default="honest")
    options = parser.parse_args()
    if options.mode == "die":
        sys.exit("no database here")
    if options.mode == "mute":
        threading.Event().wait()
    Handler.mode = options.mode
    with ThreadingHTTPServer(("127.0.0.1", options.port), Handler) as server:
        print("serving", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
