"""A connector over Samba's usershares, in the `native` dialect: the program that sshd runs for each command.

It stands alone on the standard library, since it runs on the far side of SSH: as a forced command it takes its words
from SSH_ORIGINAL_COMMAND, else from its own arguments. What the cluster has is what Samba has, a share being one that
`net usershare` knows; size, mark, request ids and sequence numbers are kept beside that, in one file under one lock.
"""

import fcntl
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["main"]

STATUSES: Mapping[str, int] = {
    "already-exists": 10,
    "not-found": 11,
    "invalid": 12,
    "quota": 13,
    "denied": 17,
    "unsupported": 18,
    "stale": 19,
    "expired": 20,
    "internal": 70,
}
CAPABILITIES = ("access-rules", "mark", "not-after", "sequence")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
"""What Samba, a file system and a shell all leave alone. Samba takes names for one that differ in case alone."""
_WORD = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,255}")
_SIZE = re.compile(r"[0-9]{1,30}", re.ASCII)
_LARGEST = 1 << 62
_STAMP = {"request-id": True, "sequence": False, "not-after": False}
_NOBODY = "S-1-1-0:d"
"""Samba's words for: everybody is denied. It knows no capital D."""
_RIGHTS = {"rw": "f", "ro": "r"}

Words = Mapping[str, str]
State = dict[str, dict[str, Any]]


class UsershareRefusal(Exception):
    """A command is refused with a code of the catalogue."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class UsershareProgram:
    """One command. config: where everything lies, written by whoever starts the connector."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self._folder = Path(config["state"])
        self._verbs: Mapping[tuple[str, ...], tuple[Callable[[Words, State], Any], Mapping[str, bool], bool]] = {
            ("share", "create"): (self.create, {"size": True, "mark": False, **_STAMP}, True),
            ("share", "resize"): (self.resize, {"size": True, **_STAMP}, True),
            ("share", "delete"): (self.delete, {"mark": False, **_STAMP}, True),
            ("share", "allow"): (self.allow, {"client": True, "access": True, **_STAMP}, True),
            ("share", "deny"): (self.deny, {"client": True, **_STAMP}, True),
            ("share", "show"): (self.show, {}, True),
            ("share", "list"): (self.list, {"mark": False}, False),
            ("capabilities",): (lambda words, state: {"capabilities": list(CAPABILITIES)}, {}, False),
            ("ping",): (lambda words, state: {"done": "ping"}, {}, False),
        }

    def run(self, words: Sequence[str]) -> Any:
        """The document to answer with. Raises `UsershareRefusal`."""
        path = next((path for path in self._verbs if tuple(words[: len(path)]) == path), None)
        if path is None:
            raise UsershareRefusal("unsupported", f"{' '.join(words[:2])!a} is no command of this connector")
        act, options, named = self._verbs[path]
        taken = _read(words[len(path) :], options, named=named)
        with self._state() as state:
            if "request-id" not in options:
                return act(taken, state)
            return self._change(path[-1], taken, state, act)

    def _change(self, verb: str, words: Words, state: State, act: Callable[[Words, State], Any]) -> Any:
        """A command is carried out once, and answered as often as it comes."""
        asked = [verb, *(f"{key} {words[key]}" for key in sorted(words) if key not in {"sequence", "not-after"})]
        before = state["requests"].get(words["request-id"])
        key, sequence = words["name"].lower(), words.get("sequence")
        newest = state["sequences"].get(key, 0)
        if sequence is not None:
            state["sequences"][key] = max(newest, int(sequence))
        if before == asked:
            return {"done": verb}
        if sequence is not None and int(sequence) < newest:
            raise UsershareRefusal("stale", f"a newer command for {words['name']!r} has been seen")
        if "not-after" in words and time.time() > float(words["not-after"]):  # noqa: TID251 - a program of its own
            raise UsershareRefusal("expired", "it came after its not-after instant")
        if before is not None:
            raise UsershareRefusal("invalid", "this request id was used for another command")
        act(words, state)
        state["requests"][words["request-id"]] = asked
        return {"done": verb}

    # --- the commands -----------------------------------------------------------------------------------------

    def create(self, words: Words, state: State) -> None:
        name, size = words["name"], _size(words["size"])
        if name.lower() in state["shares"]:
            raise UsershareRefusal("already-exists", f"the share {name!r} exists")
        folder = Path(self._config["shares"]) / name.lower()
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)  # who may use it is a matter of the share, not of the folder
        share = {"name": name, "size": size, "mark": words.get("mark"), "request_id": words["request-id"], "rules": []}
        self._publish(share)
        state["shares"][name.lower()] = share

    def resize(self, words: Words, state: State) -> None:
        self._share(words, state)["size"] = _size(words["size"])

    def delete(self, words: Words, state: State) -> None:
        share = self._share(words, state)
        if "mark" in words and share["mark"] != words["mark"]:
            raise UsershareRefusal("not-found", f"no share {words['name']!r} with that mark")
        self._net("delete", share["name"].lower())
        shutil.rmtree(Path(self._config["shares"]) / share["name"].lower(), ignore_errors=True)
        del state["shares"][share["name"].lower()]

    def allow(self, words: Words, state: State) -> None:
        share, client = self._share(words, state), words["client"]
        if client not in self._config["users"]:
            raise UsershareRefusal("invalid", f"{client[:40]!a} is no user of this cluster")
        if words["access"] not in _RIGHTS:
            raise UsershareRefusal("invalid", "access is ro or rw")
        share["rules"] = [each for each in share["rules"] if each["client"] != client]
        share["rules"].append({"client": client, "access": words["access"]})
        self._publish(share)

    def deny(self, words: Words, state: State) -> None:
        share = self._share(words, state)
        share["rules"] = [each for each in share["rules"] if each["client"] != words["client"]]
        self._publish(share)

    def show(self, words: Words, state: State) -> Any:
        return {"share": self._view(self._share(words, state))}

    def list(self, words: Words, state: State) -> Any:
        mark = words.get("mark")
        rows = [share for _, share in sorted(state["shares"].items()) if _carries(share["mark"], mark)]
        return {"count": len(rows), "shares": [self._view(share) for share in rows]}

    # --- Samba and the state ----------------------------------------------------------------------------------

    def _share(self, words: Words, state: State) -> dict[str, Any]:
        share: dict[str, Any] | None = state["shares"].get(words["name"].lower())
        if share is None or share["name"] != words["name"]:
            raise UsershareRefusal("not-found", f"no share {words['name']!r}")
        return share

    def _view(self, share: Mapping[str, Any]) -> Mapping[str, Any]:
        """A share is whole if Samba has it."""
        there = (Path(self._config["usershares"]) / share["name"].lower()).is_file()
        return {**share, "complete": there}

    def _publish(self, share: Mapping[str, Any]) -> None:
        rules = [f"{self._config['users'][each['client']]}:{_RIGHTS[each['access']]}" for each in share["rules"]]
        folder = str(Path(self._config["shares"]) / share["name"].lower())
        self._net("add", share["name"].lower(), folder, "", ",".join(rules) or _NOBODY)

    def _net(self, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 - the words are checked, and no shell reads them
            [*self._config["net"], "usershare", *words], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise UsershareRefusal("internal", (done.stderr or done.stdout).strip()[:400] or "net usershare failed")

    @contextmanager
    def _state(self) -> Iterator[State]:
        """Held under a lock; what changed is kept however the command ends."""
        path = self._folder / "state.json"
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            text = path.read_text() if path.exists() else ""
            state: State = json.loads(text) if text else {"shares": {}, "requests": {}, "sequences": {}}
            try:
                yield state
            finally:
                if (changed := json.dumps(state)) != text:
                    fresh = path.with_suffix(".new")
                    fresh.write_text(changed)
                    fresh.replace(path)


def _read(words: Sequence[str], options: Mapping[str, bool], *, named: bool) -> Words:
    """The name and the options of a command line. Raises `UsershareRefusal`."""
    taken: dict[str, str] = {}
    rest = list(words)
    if named:
        if not rest or not _NAME.fullmatch(rest[0]):
            raise UsershareRefusal("invalid", "a name is 1 to 80 letters, digits, dots, dashes and underscores")
        taken["name"] = rest.pop(0)
    while rest:
        option = rest.pop(0).removeprefix("--")
        if option not in options or option in taken or not rest or not _WORD.fullmatch(rest[0]):
            raise UsershareRefusal(
                "invalid", f"{option[:40]!a} is not an option here, or its value is missing or no text"
            )
        taken[option] = rest.pop(0)
    if missing := [option for option, required in options.items() if required and option not in taken]:
        raise UsershareRefusal("invalid", f"--{missing[0]} is missing")
    if "sequence" in taken and not _SIZE.fullmatch(taken["sequence"]):
        raise UsershareRefusal("invalid", "a sequence is a whole number")
    return taken


def _size(text: str) -> int:
    if not _SIZE.fullmatch(text) or not int(text) >= 1:
        raise UsershareRefusal("invalid", "a size is a whole number of bytes, 1 or more")
    if int(text) > _LARGEST:
        raise UsershareRefusal("quota", f"a share may have {_LARGEST} bytes")
    return int(text)


def _carries(mark: str | None, wanted: str | None) -> bool:
    return wanted is None or (mark is not None and (mark == wanted or mark.startswith(f"{wanted}/")))


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """arguments: the config file, then the words of a command, unless SSH_ORIGINAL_COMMAND has them."""
    config = json.loads(Path(arguments[0]).read_text())
    try:
        words = list(arguments[1:]) or shlex.split(environment.get("SSH_ORIGINAL_COMMAND", ""))
        answer = UsershareProgram(config).run(words)
    except UsershareRefusal as refusal:
        return _refuse(refusal)
    except ValueError as error:
        return _refuse(UsershareRefusal("invalid", f"the command line cannot be read: {error}"))
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told that nothing is certain
        return _refuse(UsershareRefusal("internal", f"{type(error).__name__}: {error}"))
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def _refuse(refusal: UsershareRefusal) -> int:
    document = {"error": {"code": refusal.code, "message": refusal.message}}
    sys.stderr.write(json.dumps(document) + "\n")
    return STATUSES[refusal.code]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
