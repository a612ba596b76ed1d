"""A file with one mistake in it is refused: the error names the line, the key and what is accepted, or an example."""

# ruff: noqa: E501 - lines of dialect files are as long as they are

import re
from importlib.resources import files
from pathlib import Path

import pytest

from connector.dialects import load_dialect
from connector.errors import DialectError
from tests.connector.dialects.devices import dialect_file

START = files("connector.dialects").joinpath("start.toml").read_text(encoding="utf-8")
COLUMNS = """columns = [
    { title = "Name", text = "{name}" },
    { title = "Size", text = "{size}" },
    { title = "State", text = "{complete}" },
    { title = "Comment", text = "{mark}" },
]"""

MISTAKES = [
    ('create = "volume create {name} -size {size} [-comment {mark}]"', 'create = [{ send = "volume create {name} -size {size} [-comment {mark}]" }, { send = "volume sync" }]', r"commands\.create: 'volume sync' does not say which share: \{name\} must be there"),
    ('title = "Size", text = "{size}"', 'title = "Size", text = "{size_number}"', r"has no unit"),
    ("format = 1", "format = 2", r":3: format: must be 1 \(got 2\)"),
    ("capabilities =", "capabilites =", r":8: capabilites: unknown key \(did you mean 'capabilities'\?\)"),
    ('ping = "version"', 'pong = "version"', r"commands\.pong: must be 'create', .*\(did you mean 'ping'\?\)"),
    ('capabilities = ["mark"]', 'capabilities = ["marks"]', r"capabilities\[0\]: must be 'mark', .*\(did you mean 'mark'\?\)"),
    ('resize = { form = "message", text = "Volume {name} resized." }\n', "", r"replies: the verb resize is missing"),
    ('resize = "volume resize {name} -size {size}"\n', "", r"replies\.resize: there is no command resize"),
    ('delete = "volume delete {name}"\n', "", r"commands: the verb delete is missing"),
    ('volume show {name}"', 'volume show {nane}"', r":37: commands\.show: \{nane\} means nothing here; accepted: name"),
    ("Volume {name} created.", "Volume {nane} created.", r":44: replies\.create\.text: \{nane\} means nothing here"),
    ("Volume {name} created.", "Volume {name created.", r"a brace without its partner in"),
    ("[-comment {mark}]", "[-comment {mark}", r"a bracket without its partner at column 35; one of its own is written twice"),
    ("volume create {name}", 'volume create \\"x {name}', r"a quotation mark without its partner at column 15"),
    (" -size {size} [", " [", r"commands\.create: \{size\} must be there, outside brackets"),
    ("[-comment {mark}]", "-comment {mark}", r"\{mark\} may be absent: put it and its option in brackets"),
    (' [-comment {mark}]"', '"', r"claims mark, so it needs \[… \{mark\}\]"),
    ("volume delete {name}", "volume delete [{name}]", r"commands\.delete: \{name\} must be there, outside brackets"),
    ("volume delete {name}", "volume show {name}", r"'volume show share1' reads as a command of show"),
    ('show = "volume show {name}"', 'show = "{name} show"', r"commands\.show: must begin with a literal word"),
    ("create {name} -size {size} [-comment {mark}]", "create {name}{mark} -size {size}", r"was written for 'create name=share1 size=1536 mark=owner/1' and reads as 'create name=share1owner "),
    ("volume create {name} -size {size}", "volume create {name} -size {size_number}", r"commands\.create: does not read back: .* '1536' has no unit"),
    ('form = "record"', 'form = "records"', r"replies\.show: form must be one of 'message', 'json', .* \(got 'records'\)"),
    (f'form = "record"\n{COLUMNS}', 'form = "message"\ntext = "ok"', r"the reply to show has content: accepted are json"),
    (f'form = "record"\n{COLUMNS}', "", r"replies\.show: needs the key form"),
    ('    { title = "Size", text = "{size}" },\n', "", r"replies\.show\.columns: the field 'size' is required"),
    ('{ title = "Name", text = "{name}" }', '{ title = "Name", text = "{name}", other = "x" }', r"columns\[0\]: needs just one of field"),
    ('{ title = "Size", text = "{size}" }', '{ title = "Name", text = "{size}" }', r"'Name' stands in the record twice"),
    (f'form = "table"\n{COLUMNS}', f'form = "table"\ndelimiter = "."\n{COLUMNS}', r"a\.b\.1B\.online.* does not read back: list: 5 cells where 4"),
    (f'form = "table"\n{COLUMNS}', 'form = "lines"\nline = "{name}{size}{complete}{mark}"', r"written for the name 'share1', it reads as 'share11'"),
    (f'form = "table"\n{COLUMNS}', f'form = "table"\nwrap = 0\n{COLUMNS}', r"replies\.list\.wrap: must be greater than or equal to 1"),
    ('end = "{count} volumes"', 'end = "{total} volumes"', r"replies\.list\.end: \{total\} means nothing here; accepted: count"),
    ('end = "{count} volumes"', 'end = "{count}\\nvolumes"', r"replies\.list\.end: must be one line"),
    ('empty = "no volumes"', 'empty = "{count}"', r"replies\.list\.empty: \{count\} means nothing here; accepted: no place"),
    ("units = { GB = 1073741824, MB = 1048576, KB = 1024, B = 1 }", "units = {}", r"values\.units: must have at least 1 entry"),
    ("KB = 1024", "KB = 0", r"values\.units\.KB: must be greater than or equal to 1"),
    ("KB = 1024", "K1 = 1024", r"values\.units\.K1: must match .* \(got 'K1'\)"),
    ("KB = 1024", "KB = true", r"values\.units\.KB: must be a whole number \(got true\)"),
    ("# fraction = 2", "fraction = 9\n#", r"values\.fraction: must be less than or equal to 6"),
    ('complete = ["online"]', 'complete = ["creating"]', r"complete and incomplete need words of their own; both have 'creating'"),
    ('nothing = "-"', 'nothing = "-"\naccess = { ro = "x", rw = "x" }', r"access: needs a word of its own for each"),
    ('name = "[A-Za-z0-9][A-Za-z0-9_.-]*"', 'name = "[A-Za-z"', r"values\.patterns: is not a regular expression"),
    ('name = "[A-Za-z0-9][A-Za-z0-9_.-]*"', 'name = "([a-z])*"', r"groups are written \(\?:…\) here"),
    ('name = "[A-Za-z0-9][A-Za-z0-9_.-]*"', 'name = "vol_[0-9]+"', r"values\.patterns\.name: 'share1', with which it is tried, does not fit: give one that does in \[values\.samples\]"),
    ('    { code = "invalid", status = 2, text = "Usage error: {message}" },\n', "", r"the code invalid must have a spelling"),
    ('code = "denied"', 'code = "timeout"', r"spellings\[3\]\.code: timeout is seen by clients, never sent; accepted: already-exists"),
    ('code = "denied"', 'code = "forbidden"', r"spellings\[3\]\.code: must be 'already-exists'"),
    ('status = 2, text = "Usage', 'status = 2, pattern = "x", text = "Usage', r"spellings\[4\]: needs either text or pattern"),
    ('code = "already-exists", status = 1', 'code = "already-exists", status = 300', r"must be less than or equal to 255 \(got 300\)"),
    ('text = "Error: volume {name} not found"', 'text = "Error: volume {name} exists"', r"the spelling of not-found in a reply to show reads back as already-exists"),
    ('status = 1, text = "Error: volume {name} exists"', 'text = "Volume {name} created."', r"'Volume share1 created\.\\n' does not read back: it reads as a refusal, already-exists"),
    ('text = "Array OS 9"', 'text = ""', r"silence does not show that anybody is there"),
    ('pattern = "Last login: .*"', 'pattern = "Volume .*"', r"'Volume share1 created\.\\n' does not read back"),
    ('pattern = "Last login: .*"', 'pattern = "Last login: .*"\nsample = "Hello"', r"noise\[0\]: its sample 'Hello' does not fit its pattern"),
    ('name = "our-array"', 'name = "our-array"\nname = "b"', r":5: not valid TOML"),
]  # fmt: skip

ELSEWHERE = [
    ("storwize", 'delete = [{ use = "show" }', 'delete = [{ use = "list" }', r"commands\.delete\[0\]\.use: accepted: show"),
    ("storwize", 'delete = [{ use = "show" }, ', "delete = [", r"\{id\} is not told by the reply of any command before"),
    ("storwize", 'delete = [{ use = "show" }, ', 'delete = ["x", ', r"several spellings are texts, several commands are tables"),
    ("storwize", '{ use = "show" },\n    { send = "svctask expand', '{ send = "svctask expand', r'\{growth\} needs \{ use = "show" \} before'),
    ("ontap", 'identifies = "job", ', "", r"needs a place that identifies a job"),
    ("ontap", 'done = ["Job {job} succeeded."]', 'done = ["Job {job} is running."]', r"commands\.create\[0\]\.job\.done: 'Job 0 is running\.' says of a job that it is running, too"),
    ("ontap", "when = {", 'other = { identifies = "job" }\nwhen = {', r"places\.other: only one place can identify a job, and 'job' does"),
    ("ontap", 'when = { pattern = ".*"', 'when = { pattern = "[0-9]+"', r"places\.when: its sample .* does not fit its pattern"),
    ("ontap", "when = {", "size = {", r"places\.size: is a place of the contract; call it something else"),
    ("usershare", '{ send = "rmdir /srv/shares/{name}" }', '{ send = "rmdir /srv/shares/{name}", undo = "x" }', r"undo: is for create"),
    ("ceph", 'size = "bytes_quota"', 'size = "quota.bytes"', r"a path is written '/quota/bytes'; a key with a dot in it is written '/quota\.bytes'"),
    ("ceph", 'document = "{rows}"', "document = { a = 1 }", r"replies\.list\.document: must have \{rows\} in it, just once"),
    ("ceph", '{ use = "show" }]', '{ use = "ping" }]', r'commands\.list: accepted are one command, and one with \{ use = "show" \} after it'),
    ("pstcli", 'severity = "Error"', 'severity = "{code}"', r"refusals\.document: must have \{code\} in it"),
    ("pstcli", 'denied = "0xE09040040001"', 'denied = "0xE08010080004"', r"with exit status 1 stands for full as well"),
    ("pstcli", "denied = 1\n", "", r"refusals\.codes\.denied: has no exit status: give it one in statuses"),
    ("msa", "under_titles = true", 'under_titles = true\ndelimiter = ","', r"under_titles: is for aligned columns: there is a delimiter"),
    ("msa", 'quotes = "double"', 'quotes = "single"', r"quotes: must be 'shell', 'double' or 'none' \(got 'single'\)"),
    ("msa", 'prompt = "# "', 'prompt = "Sure? "\nquestions = [{ text = "Sure? ", verbs = ["delete"] }]', r"questions: 'Sure\? ' is also how the shell's prompt ends"),
    ("msa", 'prompt = "# "', 'prompt = "# "\nquestions = [{ text = "Sure? ", verbs = [] }]', r"shell\.questions\[0\]\.verbs: must have at least 1 entry"),
    ("msa", 'prompt = "# "', 'prompt = "{host}# "', r"shell: prompt: \{host\} means nothing here; accepted: \{cluster\}"),
    ("msa", "set cli-parameters pager disabled", "show versions", r"shell\.setup: 'show versions' is also the dialect's command for ping"),
]  # fmt: skip


def complaint(folder: Path, text: str) -> str:
    path = folder / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DialectError) as caught:
        load_dialect(path)
    return str(caught.value)


def original(name: str) -> str:
    path = Path(dialect_file(name))
    if path.exists():
        return path.read_text(encoding="utf-8")
    return files("connector.dialects").joinpath(f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES)
def test_a_mistake_in_the_file_to_start_from_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in START
    with_line = complaint(tmp_path, START.replace(old, new, 1))
    assert with_line.startswith(f"{tmp_path}/wrong.toml:") or ": is required" in with_line
    assert re.search(said, with_line, re.DOTALL), with_line


@pytest.mark.parametrize(("name", "old", "new", "said"), ELSEWHERE)
def test_a_mistake_in_what_few_dialects_have_is_told(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    text = original(name)
    assert old in text
    told = complaint(tmp_path, text.replace(old, new, 1))
    assert re.search(said, told, re.DOTALL), told
