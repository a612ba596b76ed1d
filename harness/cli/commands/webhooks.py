"""The commands of `pipeline webhooks`: who is notified of what."""

from typing import Annotated

import typer

from harness.cli.commands.operator import File
from harness.cli.commands.options import Json

__all__ = ["add", "disable", "enable", "list_", "remove", "replay", "rotate"]

_LARGEST = 2**53 - 1

Id = Annotated[str, typer.Argument(metavar="ID", help="Of the receiver, as `list` shows it.")]
Url = Annotated[str, typer.Argument(metavar="URL", help="Where notices go: https, or mailto:ADDRESS.")]


def list_(file: File, json: Json = False) -> None:
    """List the receivers of notices."""
    from harness.cli.webhooks import list_webhooks

    raise typer.Exit(list_webhooks(file, json=json))


def add(
    file: File,
    url: Url,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Such as share.active; may be repeated. Default: all.")
    ] = None,
    tenant: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only of this tenant's shares. Default: of everybody's.")
    ] = None,
    signature: Annotated[str | None, typer.Option(metavar="v1|v1a", help="Default: v1, with a shared secret.")] = None,
) -> None:
    """Add a receiver of notices, and show its secret this once.

    It is told of what happens from then on. Exit codes: 0 done, 64 bad input.
    """
    from harness.cli.webhooks import add_webhook

    raise typer.Exit(add_webhook(file, url, kinds=kind or (), tenant=tenant, signature=signature))


def rotate(file: File, id: Id) -> None:
    """Give a receiver another secret, and show it this once."""
    from harness.cli.webhooks import rotate_webhook

    raise typer.Exit(rotate_webhook(file, id))


def disable(file: File, id: Id) -> None:
    """Send nothing to a receiver until it is enabled."""
    from harness.cli.webhooks import switch_webhook

    raise typer.Exit(switch_webhook(file, id, on=False))


def enable(file: File, id: Id) -> None:
    """Serve a receiver again, from where it stopped."""
    from harness.cli.webhooks import switch_webhook

    raise typer.Exit(switch_webhook(file, id, on=True))


def remove(file: File, id: Id) -> None:
    """Remove a receiver, with all that is owed to it."""
    from harness.cli.webhooks import remove_webhook

    raise typer.Exit(remove_webhook(file, id))


def replay(
    file: File,
    id: Id,
    first: Annotated[int, typer.Option("--from", metavar="NUMBER", min=1, help="The first change.")] = 1,
    last: Annotated[
        int, typer.Option("--to", metavar="NUMBER", min=1, help="The last; default: the newest.")
    ] = _LARGEST,
) -> None:
    """Send a receiver the changes of these numbers once more, under the same ids."""
    from harness.cli.webhooks import replay_webhook

    raise typer.Exit(replay_webhook(file, id, first=first, last=last))
