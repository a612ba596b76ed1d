"""Dialects as data files, and the engine that reads and writes commands and replies as such a file says.

native.toml        flags in, JSON out, all capabilities
filer.toml         vendor-like: tables and sentences, fewer capabilities
loading.py         from file to engine; the table of shipped dialects
sheet.py           what a file may say; reply_sheets.py what it may say of replies
operations.py      from a sheet to the commands of each operation; forms.py to the forms of their replies
steps.py           one command of an operation, and what it asks of a cluster
engine.py          the dialect, in both directions
reply_reader.py    what it makes of replies; reply_renderer.py how it spells them; noise.py what it leaves out
talk.py            the client's side of one operation: command after command; list_talk.py of a list of bare names
responder.py       a fake's side: from a line to a request, from an answer to a reply; numbers.py what it numbers
asked_command.py   one command of an operation, as both sides know it
jobs.py            how far a job is
schema.py          the JSON Schema of dialect files
transcript.py      what a dialect understands of a transcript
selfcheck.py       whether a dialect understands itself, asked when it is loaded; reply_check.py its replies;
samples.py         what it is tried with
reduction.py       what is left of a request that cannot be carried whole
parameters.py      requests as flat parameters
places.py          the places that texts may have; text.py text with places in it
command_text.py    the text of a command template as words; quoting.py how words stand in a command line
templates.py       command templates; items.py what they are made of; any_order.py reads options in any order
words.py           command lines as words, quoted and unquoted
rows.py            replies as rows of fields
values.py          single values as text; sizes.py sizes with their units
form.py            what a form of reply promises
message_form.py    a text
json_form.py       a JSON document; json_path.py where a field stands in it; json_values.py single values
table_form.py      columns, aligned or with a delimiter
record_form.py     title: value lines
lines_form.py      lines of text
ends.py            first and last lines, with the number of rows
columns.py         the columns of tables and records
cells.py           values in a line of text
json_document.py   JSON with places in it
refusals.py        exit status and text of what is not success: text_refusals.py, json_refusals.py
refusal_form.py    what both promise
shell_table.py     the shell of a connector without exec
"""

from connector.dialects.asked_command import AskedCommand
from connector.dialects.engine import FileDialect
from connector.dialects.loading import DIALECTS, load_dialect
from connector.dialects.reduction import supports
from connector.dialects.responder import ReadCommand, Responder
from connector.dialects.talk import Talk

__all__ = [
    "DIALECTS",
    "AskedCommand",
    "FileDialect",
    "ReadCommand",
    "Responder",
    "Talk",
    "load_dialect",
    "supports",
]
