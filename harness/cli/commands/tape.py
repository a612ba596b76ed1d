"""The commands about tapes: `tape record`, `tape replay`, `tape show`, `tape dialect`."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json

__all__ = ["dialect", "record", "replay", "show"]

Tape = Annotated[Path, typer.Argument(metavar="TAPE", help="The file, such as night.tape.toml.")]
_TARGET = "ssh://USER@HOST:PORT, a target file (.toml), or the clusters.json of served clusters."
Key = Annotated[Path | None, typer.Option(metavar="FILE", help="Of an address: the private key to log in with.")]
KnownHosts = Annotated[Path | None, typer.Option(metavar="FILE", help="Of an address: the host keys to trust.")]
HostKey = Annotated[str | None, typer.Option(metavar="SHA256:…", help="Of an address: the one host key to trust.")]
Cluster = Annotated[str | None, typer.Option(metavar="NAME", help="Of a file of served clusters: which.")]
Authorized = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Public keys that clients may log in with, one a line.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port on this machine; 0: any free one.")]
OwnKey = Annotated[
    Path | None,
    typer.Option("--own-key", metavar="FILE", help="The host key to show, made if not there; default: a new one."),
]
SecretEnv = Annotated[
    list[str] | None, typer.Option(metavar="VARIABLE", help="A variable that holds a secret; repeatable.")
]
SecretFile = Annotated[
    list[Path] | None, typer.Option(metavar="FILE", help="A file that is a secret, such as a key; repeatable.")
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(metavar="REGEX", help="What is not compared in commands, such as a request's number; repeatable."),
]


def record(  # noqa: PLR0917 - Typer makes options of parameters
    target: Annotated[str, typer.Argument(metavar="TARGET", help=_TARGET)],
    tape: Tape,
    key: Key = None,
    known_hosts: KnownHosts = None,
    host_key: HostKey = None,
    cluster: Cluster = None,
    authorized: Authorized = None,
    secret_env: SecretEnv = None,
    secret_file: SecretFile = None,
    ignore: Ignore = None,
    port: Port = 0,
    own_key: OwnKey = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the tape.")] = False,
) -> None:
    """Record what SSH clients ask of a device: log in to this command instead of the device, until Ctrl-C.

    Commands, prompts, several sessions at once, stdin, stderr, signals and exit codes are passed on and written down,
    with their timing. Passwords of logins, declared secrets and what is typed at a prompt for a password are not
    written, in base64 or a URL neither. A client logs in with the key of the target, with one of --authorized, or with
    a password that the device takes. Exit codes: 0 recorded, 64 bad input, 70 internal error, 80 the tape could not be
    written any more.
    """
    from harness.cli.tape import Behind, RecordOptions, Secrets, record_tape
    from harness.contract.target_named import NamedTarget

    named = NamedTarget(name=target, key=key, known_hosts=known_hosts, host_key=host_key, cluster=cluster)
    options = RecordOptions(
        behind=Behind(target=named, authorized=authorized),
        tape=tape,
        secrets=Secrets(variables=tuple(secret_env or ()), files=tuple(secret_file or ())),
        ignore=tuple(ignore or ()),
        port=port,
        own_key=own_key,
        force=force,
    )
    raise typer.Exit(record_tape(options))


def replay(  # noqa: PLR0917 - Typer makes options of parameters
    tape: Tape,
    speed: Annotated[str, typer.Option(metavar="FACTOR", help="2 is twice as fast; `max` waits for nothing.")] = "1",
    any_order: Annotated[bool, typer.Option("--any-order", help="The order of the tape does not matter.")] = False,
    ignore: Ignore = None,
    secret_env: SecretEnv = None,
    secret_file: SecretFile = None,
    device: Annotated[
        str | None,
        typer.Option(metavar="TARGET", help="Ask this device what the tape has no answer to, and record it."),
    ] = None,
    key: Key = None,
    known_hosts: KnownHosts = None,
    host_key: HostKey = None,
    cluster: Cluster = None,
    authorized: Authorized = None,
    port: Port = 0,
    own_key: OwnKey = None,
    json: Json = False,
) -> None:
    """Answer SSH clients from a tape, in its order and with its timing, until Ctrl-C; then print what was not used.

    A command that the tape has no answer to ends with exit status 125, and its stderr says which exchange is nearest
    and what differs. Without --device every login is let in. Exit codes: 0 every command had its answer, 1 some had
    none, 64 bad input.
    """
    from harness.cli.tape import Behind, Secrets, TapeReplayOptions, replay_tape
    from harness.contract.target_named import NamedTarget

    behind = None
    if device is not None:
        named = NamedTarget(name=device, key=key, known_hosts=known_hosts, host_key=host_key, cluster=cluster)
        behind = Behind(target=named, authorized=authorized)
    options = TapeReplayOptions(
        tape=tape,
        speed=speed,
        any_order=any_order,
        ignore=tuple(ignore or ()),
        secrets=Secrets(variables=tuple(secret_env or ()), files=tuple(secret_file or ())),
        behind=behind,
        port=port,
        own_key=own_key,
        json=json,
    )
    raise typer.Exit(replay_tape(options))


def show(
    tape: Tape,
    exchange: Annotated[int | None, typer.Option(min=1, metavar="N", help="All of this exchange.")] = None,
    transcript: Annotated[
        bool, typer.Option("--transcript", help="As `dialect check` reads it: commands, replies, exit statuses.")
    ] = False,
    json: Json = False,
) -> None:
    """Show what is on a tape: an exchange a line, in the order in which they began."""
    from harness.cli.tape_show import show_tape

    show_tape(tape, exchange=exchange, transcript=transcript, json=json)


def dialect(
    tape: Tape,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="File to write; default: stdout.")] = None,
    name: Annotated[str, typer.Option(help="Of the dialect.")] = "from-tape",
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write the first draft of a dialect from the commands and replies of a tape.

    It loads; what could not be told from the tape is marked `TODO`. Check it: spoolproof dialect check FILE TAPE
    """
    from harness.cli.tape_show import draft_dialect

    draft_dialect(tape, file, name=name, force=force)
