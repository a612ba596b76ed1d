"""Dialects as data files, and the engine that reads and writes commands and replies as such a file says.

native.toml        flags in, JSON out, all capabilities
filer.toml         vendor-like: tables and sentences, fewer capabilities
loading.py         from file to engine; the table of shipped dialects
sheet.py           what a file may say
engine.py          the dialect, in both directions
selfcheck.py       whether a dialect understands itself, asked when it is loaded
reduction.py       what is left of a request without a capability
parameters.py      requests as flat parameters
templates.py       command templates
words.py           command lines as words, quoted and unquoted
rows.py            replies as rows of fields
values.py          single values as text
form.py            what a form of reply promises
message_form.py    a fixed text
json_form.py       a JSON document
table_form.py      aligned columns
record_form.py     title: value lines
columns.py         the columns of tables and records
cells.py           values in a line of text
json_document.py   JSON with places in it
refusals.py        exit status and text of what is not success
shell_table.py     the shell of a connector without exec
"""

from connector.dialects.engine import FileDialect
from connector.dialects.loading import DIALECTS, load_dialect
from connector.dialects.reduction import reduce, supports

__all__ = ["DIALECTS", "FileDialect", "load_dialect", "reduce", "supports"]
