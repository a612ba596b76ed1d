"""Dialects whose connector has a prompt and no exec: a shipped one with a `[shell]` table."""

from importlib.resources import files
from pathlib import Path

PERSONALITIES = {
    "terminal": 'prompt = "{cluster} cli% "\ngreeting = "Welcome to {cluster}.\\n"\n',
    "no terminal, CR": 'prompt = "3PAR-like> "\npty = false\nline_end = "cr"\n'
    'setup = [{ command = "setclienv csvtable 1" }]\n',
    "no terminal, echo, CR LF": 'prompt = "array:\\\\> "\npty = false\necho = true\nline_end = "crlf"\n',
    "terminal, no echo": 'prompt = "[{cluster}]$ "\necho = false\n',
    "pager that can be turned off": 'prompt = "{cluster}# "\npager = { lines = 3 }\n'
    'setup = [{ command = "terminal length 0", reply = "Paging is off.\\n", stops_pager = true }]\n',
    "pager that cannot": 'prompt = "{cluster}::> "\npager = { prompt = "<space> next page, <q> quit:", lines = 2 }\n',
    "status by a command": 'prompt = "admin@{cluster}:~$ "\nstatus = "echo $?"\n',
    "asks before it deletes": 'prompt = "{cluster}$ "\n'
    'questions = [{ text = "Do you really want to delete it? (y/n) [n] ", verbs = ["delete"] }]\n',
    "asks, no terminal": 'prompt = "{cluster}> "\npty = false\n'
    'questions = [{ text = "Sure?", verbs = ["create", "delete"], answer = "yes" }]\n',
    "prompt that changes": 'prompt = "{cluster}(1)> "\nprompt_pattern = "\\\\S+\\\\(\\\\d+\\\\)> "\n',
}
"""The keys of a `[shell]` table, by what is particular about it."""


def with_shell(folder: Path, keys: str, base: str = "native") -> str:
    """The path of a shipped dialect's file with such a shell."""
    text = files("connector.dialects").joinpath(f"{base}.toml").read_text(encoding="utf-8")
    path = folder / f"{base}-shell.toml"
    path.write_text(f"{text}\n[shell]\n{keys}", encoding="utf-8")
    return str(path)
