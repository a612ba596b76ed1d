"""Authentication: who may log in, with which delay, and which channels a connection may open."""

from collections.abc import Awaitable, Sequence
from typing import Literal, NoReturn, assert_never

import asyncssh

from fake_clusters.plans import AuthPlan, ChannelPlan
from fake_clusters.server.accounts import PasswordCheck
from fake_clusters.server.pauses import Pauses
from fake_clusters.server.service import ConnectionContext, ServerContext
from fake_clusters.server.session import ServerSession
from fake_clusters.spec import LoginMethod

__all__ = ["LoginPolicy"]

Challenge = tuple[str, str, str, tuple[tuple[str, bool], ...]]
"""Name, instruction, language, and the questions, each with whether the answer is shown as it is typed."""

_EXPIRED = "Your password has expired. Choose a new one."


class LoginPolicy(asyncssh.SSHServer):
    """asyncssh's authentication callbacks of one connection, answered from the options and the connection's plan."""

    def __init__(self, service: ServerContext, context: ConnectionContext) -> None:
        self._service = service
        self._context = context
        self._plan = context.plan
        self._pauses = Pauses(service.loop)
        self._wrong = 0
        self._expired: str | None = None
        self._opened = 0

    def connection_lost(self, exc: Exception | None) -> None:
        self._pauses.end()
        self._context.departed()

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool | Awaitable[bool]:
        if banner := self._service.model.spec.login.banner:
            self._connection.send_auth_banner(banner, "")
        needed = not self._service.options.anyone or self._plan.auth is AuthPlan.REJECT
        match self._plan.auth:
            case AuthPlan.STALL:
                self._note("auth")
                return self._begin_after(None, needed)
            case AuthPlan.NORMAL | AuthPlan.REJECT:
                self._note("auth_delay")
                return self._begin_after(self._plan.auth_delay, needed) if self._plan.auth_delay > 0 else needed
            case _:
                assert_never(self._plan.auth)

    async def _begin_after(self, delay: float | None, needed: bool) -> bool:
        await self._pauses.wait(delay)
        return needed

    def auth_completed(self) -> None:
        self._context.authenticated()

    def password_auth_supported(self) -> bool:
        return LoginMethod.PASSWORD in self._service.methods

    def validate_password(self, username: str, password: str) -> bool:
        match self._verdict(username, password):
            case PasswordCheck.CORRECT:
                return True
            case PasswordCheck.EXPIRED:
                raise asyncssh.PasswordChangeRequired(_EXPIRED, "")
            case PasswordCheck.WRONG:
                return self._refused()

    def change_password(self, username: str, old_password: str, new_password: str) -> bool:
        if self._rejects():
            return self._refused()
        return self._service.accounts.change(username, old_password, new_password) or self._refused()

    def kbdint_auth_supported(self) -> bool:
        return LoginMethod.KEYBOARD_INTERACTIVE in self._service.methods

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Challenge:
        self._expired = None
        return "", "", "", (("Password: ", False),)

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> Challenge | bool:
        """The answer to the first question, and where that password has expired to a second one."""
        if self._expired is not None:
            old, self._expired = self._expired, None
            same = len(responses) == 2 and responses[0] == responses[1]
            return (same and self._service.accounts.change(username, old, responses[0])) or self._refused()
        if len(responses) != 1:
            return self._refused()
        match self._verdict(username, responses[0]):
            case PasswordCheck.CORRECT:
                return True
            case PasswordCheck.EXPIRED:
                self._expired = responses[0]
                return "", _EXPIRED, "", (("New password: ", False), ("Retype new password: ", False))
            case PasswordCheck.WRONG:
                return self._refused()

    def _verdict(self, username: str, password: str) -> PasswordCheck:
        verdict = self._service.accounts.verdict(username, password)
        return PasswordCheck.WRONG if verdict is not PasswordCheck.WRONG and self._rejects() else verdict

    def _refused(self) -> Literal[False]:
        """One wrong answer more; the connection ends with the last that is borne."""
        self._wrong += 1
        if self._wrong >= self._service.options.password_tries:
            raise asyncssh.DisconnectError(
                asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many authentication failures"
            )
        return False

    def public_key_auth_supported(self) -> bool:
        return LoginMethod.PUBLICKEY in self._service.methods

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return key.public_data in self._service.admitted and not self._rejects()

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> NoReturn:
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "forwarding is disabled")

    def session_requested(self) -> ServerSession | Awaitable[ServerSession]:
        self._opened += 1
        plan = self._service.model.open_channel(self._context.number)
        session = ServerSession(self._service, self._context, plan, self._opened)
        return self._open_after(plan, session) if plan.delay > 0 else self._admitted(plan, session)

    async def _open_after(self, plan: ChannelPlan, session: ServerSession) -> ServerSession:
        if not await self._pauses.wait(plan.delay) and plan.refuse:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "nobody is left to be refused")
        return self._admitted(plan, session)

    def _rejects(self) -> bool:
        """Whether a fault refuses what is right."""
        if self._plan.auth is AuthPlan.REJECT:
            self._note("auth")
        return self._plan.auth is AuthPlan.REJECT

    def _note(self, *fields: str) -> None:
        self._plan.note(self._service.model.now, *fields)

    def _admitted(self, plan: ChannelPlan, session: ServerSession) -> ServerSession:
        if not plan.refuse:
            return session
        plan.note(self._service.model.now, "refuse")
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "open failed")
