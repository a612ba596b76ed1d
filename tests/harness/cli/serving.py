"""A serving command in a process of its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Serving", "serving"]


@dataclass(slots=True, kw_only=True)
class Serving:
    """lines: what it said when it was ready."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Its exit code and all of stderr."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


@contextmanager
def serving(*arguments: str, where: Path, temporary: Path | None = None) -> Iterator[Serving]:
    """Yields once it says how to stop it. temporary: where its temporary files go, in place of the system's."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "spoolproof", *arguments]
    environment = {"PYTHONPATH": str(root)} | ({} if temporary is None else {"TMPDIR": str(temporary)})
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=where, env=environment
    ) as process:
        started = Serving(process=process)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                started.lines.append(line.rstrip("\n"))
                if line.startswith("Press Ctrl-C"):
                    break
            else:
                raise AssertionError(process.communicate()[1])
            yield started
        finally:
            process.kill()
