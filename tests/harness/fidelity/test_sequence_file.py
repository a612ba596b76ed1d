"""A sequence as a file: what is written is read, and a mistake is named with its line."""

from pathlib import Path

import pytest

from connector.dialects import load_dialect
from connector.errors import TomlProblems
from harness.contract.target import TargetLimits
from harness.fidelity.drawing import SequenceDrawing
from harness.fidelity.sequence_file import read_sequence, sequence_text


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    drawing = SequenceDrawing(load_dialect("native"), TargetLimits(name_bytes=80, share_size=1 << 40), seed=3)
    for number in range(60):
        path = tmp_path / "sequence.toml"
        path.write_text(sequence_text(drawing.sequence(number)))
        assert read_sequence(path) == drawing.sequence(number)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("verb = 'show'", "show needs share"),
        ("verb = 'ping', share = 'a'", "share is not for ping"),
        ("verb = 'show', share = 'c'", "'c'"),
        ("verb = 'show', share = 'a', connection = 2", "connection"),
        ("verb = 'delete', share = 'a', request = 'r1', surprise = 1", "surprise"),
    ],
)
def test_a_mistake_is_named_with_its_line(command: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "sequence.toml"
    path.write_text(f"format = 1\n\n[[steps]]\ncommands = [{{ {command} }}]\n")
    with pytest.raises(TomlProblems) as caught:
        read_sequence(path)
    assert message in str(caught.value)
    assert f"{path}:4" in str(caught.value)


def test_two_pairs_are_refused(tmp_path: Path) -> None:
    pair = "commands = [{ verb = 'ping' }, { verb = 'ping' }]"
    path = tmp_path / "sequence.toml"
    path.write_text(f"format = 1\n[[steps]]\n{pair}\n[[steps]]\n{pair}\n")
    with pytest.raises(TomlProblems, match="at most one step may have two commands"):
        read_sequence(path)
