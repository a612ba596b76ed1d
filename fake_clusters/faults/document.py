"""The table of faults: what `spoolproof faults` lists, and the page of the documentation made from it."""

from collections.abc import Iterator

from fake_clusters.faults import FAULTS
from fake_clusters.faults.error_exit import SENDABLE, SendableCode
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.parameters import Factor, Fraction, Number, Rate, Volume
from fake_clusters.parameter_texts import ParameterKind, ParameterText, markdown_table, texts_of
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan

__all__ = ["faults_markdown", "parameter_texts", "selector_keys"]

_KINDS = (
    ParameterKind(hint=Factor, accepts="number, 0 or more"),
    ParameterKind(hint=Fraction, accepts="number from 0 to 1"),
    ParameterKind(hint=Number, accepts="whole number from 1 to 1000000"),
    ParameterKind(hint=Rate, accepts="number from 0.001 to 1e9"),
    ParameterKind(hint=Volume, accepts="size, at most 10 GB"),
    ParameterKind(hint=SendableCode, accepts=", ".join(sorted(SENDABLE))),
)

_PLANS: dict[type, str] = {ConnectionPlan: "connection", ChannelPlan: "channel", CommandPlan: "command"}

_OPENING = """\
# Faults

One fault is one `[[faults]]` table of a scenario or cluster file, or one request to the admin API:

```toml
[[faults]]
kind = "late_effect"
label = "slow writers"
clusters = ["north"]
delay = "3s"
verbs = ["create"]
probability = 0.2
between = ["5s", "20s"]
```

*label* is its name in reports (default: the fault's own name). *clusters* lists where it applies (default:
everywhere). *between* or *phase* sets when it applies. A fault of single calls can also be limited by *probability*,
*first* (only the first N), *every* (every Nth) and *attempts* (only these attempts); a fault of commands also by
*keys* (shell patterns of share names), *verbs* and *per* (`"cluster"` or `"key"`: what *first* and *every* count
within). All conditions must hold. Whether a fault applies is a function of the seed, its label, the cluster and the
call; other faults have no influence.

**ambiguous**: the caller cannot tell whether the command took effect. **standing**: a state of the whole cluster that
only time switches on or off.
"""


def parameter_texts(kind: FaultKind) -> tuple[ParameterText, ...]:
    """The parameters of a kind, in order."""
    return texts_of(kind.parameters, _KINDS)


def selector_keys(kind: FaultKind) -> tuple[str, ...]:
    """The keys that choose when a fault of this kind applies."""
    return ("between", "phase", *(name for name in kind.keys if name != "clusters"))


def faults_markdown() -> str:
    """The documentation's page on faults."""
    return "\n".join([_OPENING, *(line for kind in FAULTS.values() for line in _section(kind))])


def _section(kind: FaultKind) -> Iterator[str]:
    each = "every " if kind.standing else "one "
    traits = [f"site `{kind.site}`", f"applies to {each}{_PLANS[kind.plan]}"]
    traits += ["**ambiguous**"] * kind.ambiguous + ["**standing**"] * kind.standing
    if kind.verbs:
        traits.append("only " + ", ".join(f"`{verb}`" for verb in kind.verbs))
    yield f"## `{kind.name}`\n"
    yield f"{kind.does}\n"
    yield f"*Seen with `ssh`*: {kind.seen}\n"
    yield f"{'; '.join(traits)}.\n"
    yield from markdown_table(parameter_texts(kind))
