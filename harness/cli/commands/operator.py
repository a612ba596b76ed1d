"""The commands of an operator: `pipeline pause`, `drain`, `lift`, `holds`, `queue`, `dead`, `requeue`."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json

__all__ = ["dead", "drain", "holds", "lift", "pause", "queue", "requeue"]

File = Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file of the pipeline's settings.")]
Cluster = Annotated[str, typer.Argument(metavar="CLUSTER", help="Its name, which is the shares' location.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever finds it so.")]
Who = Annotated[str | None, typer.Option(metavar="NAME", help="Who says so; default: you.")]
For = Annotated[str | None, typer.Option("--for", metavar="TIME", help="Such as 2h; default: until it is lifted.")]
OfCluster = Annotated[str | None, typer.Option("--cluster", metavar="NAME", help="Only those of this cluster.")]
OfTenant = Annotated[str | None, typer.Option("--tenant", metavar="NAME", help="Only those of this tenant.")]
OfReason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Only those whose reason contains this.")
]


def pause(file: File, cluster: Cluster, reason: Reason, who: Who = None, lasting: For = None) -> None:
    """Let no work begin on a cluster; requests for it are accepted, and wait.

    What is under way ends as ever. It holds over restarts, for all processors, until `lift` or for a time. Exit codes:
    0 done, 64 bad input.
    """
    from harness.cli.operator import hold_up

    raise typer.Exit(hold_up(file, cluster, "pause", reason=reason, who=who, lasting=lasting))


def drain(file: File, cluster: Cluster, reason: Reason, who: Who = None, lasting: For = None) -> None:
    """Accept no requests for a cluster; what was accepted is carried out.

    The API answers 503 with the reason. It holds over restarts, until `lift` or for a time. Exit codes: 0 done,
    64 bad input.
    """
    from harness.cli.operator import hold_up

    raise typer.Exit(hold_up(file, cluster, "drain", reason=reason, who=who, lasting=lasting))


def lift(file: File, cluster: Cluster) -> None:
    """End the pause or the drain of a cluster."""
    from harness.cli.operator import lift_hold

    raise typer.Exit(lift_hold(file, cluster))


def holds(file: File, json: Json = False) -> None:
    """List the clusters that are paused or drained, with reason, who and until."""
    from harness.cli.operator import list_holds

    raise typer.Exit(list_holds(file, json=json))


def queue(
    file: File,
    cluster: OfCluster = None,
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="Rows, at most.")] = 20,
    json: Json = False,
) -> None:
    """List what is under way, what is due first at the top, and why each waits."""
    from harness.cli.operator import list_queue

    raise typer.Exit(list_queue(file, location=cluster, most=most, json=json))


def dead(
    file: File, cluster: OfCluster = None, tenant: OfTenant = None, reason: OfReason = None, json: Json = False
) -> None:
    """List the dead letters: shares that nobody works on any more, with the reason."""
    from harness.cli.operator import list_dead

    raise typer.Exit(list_dead(file, location=cluster, tenant=tenant, reason=reason, json=json))


def requeue(
    file: File,
    cluster: OfCluster = None,
    tenant: OfTenant = None,
    reason: OfReason = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, they are only counted.")] = False,
) -> None:
    """Count the dead letters that match; with --yes, make them due again."""
    from harness.cli.operator import requeue_dead

    raise typer.Exit(requeue_dead(file, location=cluster, tenant=tenant, reason=reason, yes=yes))
