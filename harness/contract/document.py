"""The documentation's pages on clauses and on target files, made from what runs and reads them."""

from connector.operations import Capability
from harness.contract.clause import Clause
from harness.contract.clauses import CLAUSES
from harness.contract.target_file import ContractTargetTable
from harness.scenario.words import table_section
from reports.contract.results import ClauseState

__all__ = ["clauses_markdown", "target_file_markdown"]

_CLAUSES = """\
# The clauses of the contract

`spoolproof contract TARGET` asks each of these of a connector; [how to](../how-to/hold-a-connector-to-the-contract.md).
`spoolproof contract clauses` prints the list, with `--json` as data. {total} clauses, {ambiguous} of them (*) about
outcomes that a caller cannot know: repeated commands, lost replies, timeouts, races, limits.

A *must* decides whether a connector conforms. A *should* is a recommendation; with `--strict` it counts as well.

## States

| state | meaning |
|---|---|
"""

_STATES = {
    ClauseState.PASSED: "it holds",
    ClauseState.FAILED: "it does not, and the report says what was asked and what came",
    ClauseState.UNKNOWN: "it was asked, and nothing can be said: no answer, no room, a target that was lost",
    ClauseState.NOT_CLAIMED: "it is about something that the connector or its target file does not claim",
    ClauseState.EXEMPTED: "it does not hold, and an exemption with a reason and a last day allows that",
    ClauseState.NOT_RUN: "filtered out by `--clause`, or the run ended before it",
    ClauseState.ERROR: "the suite itself broke, which says nothing about the connector",
}

_DEFECTS = """
Every clause is paired with a fake that has one defect which it has to notice:
`spoolproof contract fake --defect ID --clause ID` shows a clause fail.

"""

_TARGET = """\
# The target file

A target file says where a connector is, and what is declared of it; `spoolproof contract FILE` holds it to
[the clauses](contract-clauses.md). An unknown key is an error that names the line and the accepted keys. A *duration*
is a number of seconds or a text such as `"200ms"`, `"2m"`; a *size* is a number of bytes or a text such as `"10 GiB"`.

```toml
title = "filer, north"
dialect = "filer"
after_timeout = "finishes"

[ssh]
host = "filer-north.example.net"
username = "portal"
key = "id_ed25519"                # relative to this file, as all paths are
known_hosts = "known_hosts"

[limits]
name_bytes = 203
sessions = 10
rounding = "1 MiB"

[parameters]
size = "100 MiB"
larger = "200 MiB"
settle = "5s"

[[exemptions]]
clause = "name.case"
scope = "filer*"
reason = "the file system behind it does not tell upper from lower case"
expires = 2027-06-30
```

"""

_TABLES = (
    ("Top level", ""),
    ("`[ssh]`", "SshTable"),
    ("`[limits]`", "LimitsOfTargetTable"),
    ("`[parameters]`", "ParametersTable"),
    ("`[deadlines]`", "DeadlinesTable"),
    ("`[[exemptions]]`", "ExemptionTable"),
)


def clauses_markdown() -> str:
    """The page of clauses."""
    head = _CLAUSES.format(total=len(CLAUSES), ambiguous=sum(clause.ambiguous for clause in CLAUSES))
    states = "".join(f"| {state} | {_STATES[state]} |\n" for state in ClauseState)
    themes = dict.fromkeys(clause.theme for clause in CLAUSES)
    return head + states + _DEFECTS + "\n".join(_theme(theme) for theme in themes)


def _theme(theme: str) -> str:
    rows = "".join(_row(clause) for clause in CLAUSES if clause.theme == theme)
    return f"## `{theme}`\n\n| clause | level | asked of | |\n|---|---|---|---|\n{rows}"


def _row(clause: Clause) -> str:
    star = " *" if clause.ambiguous else ""
    sentence = clause.sentence.replace("|", "\\|")
    return f"| `{clause.id}`{star} | {clause.level} | {_asked_of(clause)} | {sentence} |\n"


def _asked_of(clause: Clause) -> str:
    def named(capability: Capability) -> str:
        return f"`{capability}`"

    if clause.claims is not None:
        return f"who claims {named(clause.claims)}"
    return "all" if clause.unclaimed is None else f"who does not claim {named(clause.unclaimed)}"


def target_file_markdown() -> str:
    """The page of the target file."""
    schema = ContractTargetTable.model_json_schema(mode="validation")
    parts = [table_section(head, schema["$defs"][name] if name else schema, schema["$defs"]) for head, name in _TABLES]
    return _TARGET + "\n".join(parts)
