"""The shell of a cluster whose dialect says nothing of one: for people who try its commands by hand."""

from connector.shell.personality import ShellPersonality

__all__ = ["plain_shell"]


def plain_shell(dialect: str) -> ShellPersonality:
    """A prompt at terminals alone, as any shell has it; a script's input is answered without."""
    return ShellPersonality(
        exec=True,
        bare=False,
        greeting=f"Cluster {{cluster}}, dialect {dialect}. Type help for the commands.\n",
    )
