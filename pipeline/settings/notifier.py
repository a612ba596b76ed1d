"""The settings of the notifier and of its mail."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from connector.table import TomlTable
from connector.units import Duration
from pipeline.settings.fields import LOOPBACK, NetworkWord, Seconds

__all__ = ["MailSettings", "NotifierSettings"]


class MailSettings(TomlTable):
    """The mail server of the notifier. host None: there is none, and mail waits. tls: from the first byte. starttls:
    whether the connection must (`true`) or must not (`false`) go over to TLS; unset: where the server offers it. ca: a
    file with the authority that signed the server's certificate, in place of the system's. user, password_file: the
    login, with the password in the first line of a file; it is sent over TLS alone, except to loopback.
    sender: the address that mail is from. In a world, `host` says that mail is sent, and the world's inbox takes it."""

    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    tls: bool = False
    starttls: bool | None = None
    ca: Path | None = None
    user: str | None = None
    password_file: Path | None = None
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = "spoolproof@localhost"

    @property
    def fault(self) -> str | None:
        """What of this does not fit together."""
        if (self.user is None) != (self.password_file is None):
            return "user: a login needs both user and password_file"
        if self.tls and self.starttls:
            return "starttls: with tls, TLS begins with the first byte; accepted beside it: starttls = false, or none"
        is_safe = self.tls or self.starttls or self.host in LOOPBACK
        if self.user is not None and not is_safe:
            return "user: a password is sent over TLS alone: set tls = true, or starttls = true"
        return None


class NotifierSettings(TomlTable):
    """The notifier. enabled: whether there is one. scan: interval between looks for what is due.

    timeout: the longest that one request to a receiver may take. lease: how long an endpoint is held for one batch of
    at most at_once requests; it must outlive them. endpoints: those served at once. retries: the wait behind each try
    of a message that failed; behind the last it is given up. jitter: the share of a wait that chance may add.
    pause, longest_pause: how long an endpoint rests after a try that failed, doubled with each in a row. patience: the
    longest wait that it may ask for (Retry-After). overlap: how long an old secret signs beside a new one.
    plain_http: webhooks may have URLs without TLS. allow: networks such as `10.0.0.0/8` that may be sent to although
    they are not public. grace: how long requests may continue when the process stops.
    keep: how long what was delivered or given up is shown, and what was tried; a replay reaches further back.
    """

    enabled: bool = False
    scan: Seconds = 0.25
    timeout: Seconds = 15.0
    lease: Seconds = 60.0
    at_once: Annotated[int, Field(ge=1, le=1000)] = 8
    endpoints: Annotated[int, Field(ge=1)] = 64
    retries: tuple[Seconds, ...] = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
    jitter: Annotated[float, Field(ge=0, le=1)] = 0.1
    pause: Seconds = 1.0
    longest_pause: Seconds = 300.0
    patience: Seconds = 86_400.0
    overlap: Duration = 86_400.0
    plain_http: bool = False
    allow: tuple[NetworkWord, ...] = ()
    grace: Seconds = 3.0
    keep: Seconds = 604_800.0
    seed: int = 0
    mail: MailSettings = MailSettings()
