"""Tapes: what SSH clients asked of a device and what it answered, in order and with its timing, as a file.

exchange.py    one command or typed line and all that came back; a tape of them
tape_file.py   a tape as a TOML file: reading; tape_text.py writing, exchange by exchange
writer.py      the file of a tape that grows
redaction.py   secrets, and their encodings, replaced before anything is written
front.py       an SSH server on this machine that any client logs in to
device.py      the device behind it: its login, its sessions
forwarding.py  one session of a client, passed on to the device and heard
recording.py   from bytes and instants to exchanges
record.py      the proxy as a whole
matching.py    which exchange answers what a client asks, and what is nearest where none does
playing.py     one session of a client, answered from a tape
replay.py      the fake as a whole
document.py    the documentation's page on tapes
transcript.py  a tape as the transcript that dialects are checked against
draft.py       a tape as the first draft of a dialect
draft_words.py what the words of its commands are; draft_replies.py how its replies are laid out
"""
