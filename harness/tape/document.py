"""The documentation's page on tapes, made from what reads them."""

from harness.scenario.words import table_section
from harness.tape.tape_file import tape_schema

__all__ = ["tape_markdown"]

_HEAD = """\
# The tape file

A tape has what SSH clients asked of a device, and what it answered, in order and with its timing. `spoolproof tape
record` writes it exchange by exchange, in the order in which they end; readers take them in that in which they began.
[How to record and replay](../how-to/record-and-replay.md). `spoolproof schema tape` prints the JSON Schema from which
editors complete and check it. An unknown key is an error that names the line and the accepted keys.

```toml
format = 1
device = "admin@filer-north:22"
began = 2026-11-30T19:30:40+00:00
ignore = ['--job-tag \\S+']

[[exchanges]]
connection = 1
session = 1
at = 0.3377
took = 0.5108
exec = "volume show -volume home --job-tag 17"
stdout = \"\"\"
Volume Name: home
Volume Size: 10GB
\"\"\"
events = [[0.5101, "stdout", 36]]
status = 0
```

A text `[secret NAME]` stands for a secret that was not written: when the tape is replayed, it is whatever the client
says there. What was typed at a prompt is one exchange for each line that was answered, of the same `session`; the first
one, with an empty `typed`, is what the prompt showed before. An exchange with `exec` and no `status`, `signal`, `cut`
or `refused` ended without an exit status.

| `cut` | in a replay |
|---|---|
| `client`: the client went away | nothing more comes until the client goes |
| `recording`: the recording ended meanwhile | likewise |
| `device`: the device ended the connection | the connection ends |

"""


def tape_markdown() -> str:
    schema = tape_schema()
    tables = (("Top level", schema), ("`[[exchanges]]`", schema["$defs"]["ExchangeTable"]))
    return _HEAD + "\n".join(table_section(name, table, schema["$defs"]) for name, table in tables)
