"""Dialects written for transcripts in the manner of devices that are not among the shipped families.

ceph: JSON, lists of bare names. isi: a directory and its quota. lun: jobs, sizes without a unit, errors with status 0.
msa: a prompt, cells under titles. netshare: blanks and double quotes. pstcli: ids, error codes of its own. smcli:
brackets, quotes and semicolons.
"""

from pathlib import Path

__all__ = ["DEVICES", "dialect_file", "transcript"]

DEVICES = {
    "ceph": "$ ",
    "isi": "isilon-1# ",
    "lun": "$ ",
    "msa": "# ",
    "netshare": "C:\\> ",
    "pstcli": "$ ",
    "smcli": "> ",
}
"""Each with the prompt of its transcript."""


def dialect_file(name: str) -> str:
    return str(Path(__file__).with_name(f"{name}.toml"))


def transcript(name: str) -> str:
    return Path(__file__).with_name(f"{name}.txt").read_text()
