"""The contract as Markdown, generated from the code: operations, codes, and how the shipped dialects spell them."""

from collections.abc import Iterable, Sequence
from inspect import getdoc
from typing import get_args

from connector.codes import CATALOGUE
from connector.dialects import DIALECTS, FileDialect, load_dialect
from connector.dialects.parameters import PARAMETERS
from connector.dialects.steps import StepRole
from connector.operations import Capability, Request, Verb
from connector.protocol import Refusal

__all__ = ["contract_markdown"]

_CAPABILITIES = {
    Capability.MARK: "A mark is kept with the share and shown; list and delete can select by it.",
    Capability.SEQUENCE: (
        "Once a command has been started for a name, a command with an older sequence number has no effect any more: "
        "it is refused as `stale`, and its late effects are dropped. Every answer except `busy` means that the "
        "command was started."
    ),
    Capability.NOT_AFTER: "A command that comes after its not-after instant is refused.",
    Capability.SNAPSHOTS: "The three snapshot operations.",
    Capability.ACCESS_RULES: "The operations allow and deny.",
}

_FENCE = """
A connector that does not claim `sequence` must guarantee something else: a command takes effect before its *fence*,
or never. The fence is the command's deadline (of all its phases together) plus the clocks' skew
(`pipeline.command.skew`). A pipeline that gives up a command waits for its fence, looks, and relies on what it sees;
a later effect is not noticed. A connector that claims `sequence` has no such limit: the pipeline sends a newer
command and waits for its answer.
"""


def contract_markdown() -> str:
    """The whole page, without a title of its own."""
    sections = [_operations(), _capabilities(), _codes(), *(_dialect(load_dialect(name)) for name in DIALECTS)]
    return "\n".join(sections)


def _operations() -> str:
    rows = []
    for kind in get_args(Request):
        parameters = (
            f"{parameter.name}" if parameter.required else f"[{parameter.name}]" for parameter in PARAMETERS[kind.verb]
        )
        rows.append((f"`{kind.verb}`", ", ".join(parameters), _first_paragraph(kind)))
    return "## Operations\n\n" + _table(("operation", "parameters, [optional]", "what it does"), rows)


def _capabilities() -> str:
    rows = [(f"`{capability}`", _CAPABILITIES[capability]) for capability in Capability]
    return "## Capabilities\n\n" + _table(("capability", "what a connector that claims it does"), rows) + _FENCE


def _codes() -> str:
    rows = [
        (
            f"`{entry.code}`",
            "" if entry.status is None else str(entry.status),
            "yes" if entry.definite else "no",
            "yes" if entry.retry else "no",
            entry.prose,
        )
        for entry in CATALOGUE.values()
    ]
    note = (
        "Codes without an exit status come from the client; a connector never sends them. "
        "A failure before the command is sent is definite, a timeout too.\n\n"
    )
    return "## Codes\n\n" + note + _table(("code", "exit status", "definite", "may succeed later", "meaning"), rows)


_ROLES = {StepRole.UNDO: ", taken back", StepRole.JOB: ", its job"}


def _dialect(dialect: FileDialect) -> str:
    claims = ", ".join(f"`{capability}`" for capability in sorted(dialect.capabilities)) or "none"
    steps = sorted(dialect.all_steps(), key=lambda step: list(Verb).index(step.verb))
    commands = [(f"`{step.verb}`{_ROLES.get(step.role, '')}", f"`{step.spellings[0].text}`") for step in steps]
    refusals = []
    for code in CATALOGUE:
        if code in dialect.refusals.codes:
            wire = dialect.render(None, Refusal(code=code, message="…"))
            text = (wire.stdout + wire.stderr).strip().splitlines()[-1]  # lines that say nothing come before it
            refusals.append((f"`{code}`", "none" if wire.status is None else str(wire.status), f"`{text}`"))
    return (
        f"## Dialect `{dialect.name}`\n\n{dialect.summary} Capabilities: {claims}.\n\n"
        + _table(("operation", "command"), commands)
        + "\n"
        + _table(("code", "exit status", "reply"), refusals)
    )


def _first_paragraph(kind: type[Request]) -> str:
    return " ".join((getdoc(kind) or "").split("\n\n")[0].split())


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
