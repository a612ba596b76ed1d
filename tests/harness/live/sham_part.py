"""A process that takes a part's command line and holds a port, for what no good part would do.

Run as `python -m tests.harness.live.sham_part --mode` normal, die, die-again (not the first time), mute (never ready),
deaf (ignores SIGTERM) or parent (of a process in a session of its own).
"""

import argparse
import json
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--parts", required=True)
    parser.add_argument("--ready", type=Path, required=True)
    parser.add_argument("--log-level")
    parser.add_argument("--mode", default="normal")
    options = parser.parse_args()
    if options.mode == "die" or (options.mode == "die-again" and _was_here(options.config)):
        sys.exit("the sham cannot open its store")
    if options.mode == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if options.mode == "parent":
        subprocess.Popen(["sleep", "600"], start_new_session=True)
    with socket.create_server(("127.0.0.1", _port(options.config, options.parts))) as server:
        if options.mode != "mute":
            url = "http://{}:{}".format(*server.getsockname())
            options.ready.write_text(json.dumps({options.parts: {"url": url, "pid": 0}}))
        while True:
            signal.pause()


def _was_here(config: Path) -> bool:
    mark = config.with_name("was-here")
    was = mark.exists()
    mark.touch()
    return was


def _port(config: Path, part: str) -> int:
    port = tomllib.loads(config.read_text()).get(part, {}).get("port", 0)
    assert isinstance(port, int)
    return port


if __name__ == "__main__":
    main()
