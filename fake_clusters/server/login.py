"""Who may log in, how slowly, and what a logged-in connection may open."""

from collections.abc import Awaitable
from hmac import compare_digest
from typing import NoReturn, assert_never

import asyncssh

from fake_clusters.plans import AuthPlan, ChannelPlan
from fake_clusters.server.pauses import Pauses
from fake_clusters.server.service import Service, Visit
from fake_clusters.server.session import Session

__all__ = ["Login"]


class Login(asyncssh.SSHServer):
    """asyncssh's questions about one connection, answered by the service's options and the connection's plan."""

    def __init__(self, service: Service, visit: Visit) -> None:
        self._service = service
        self._visit = visit
        self._plan = visit.plan
        self._pauses = Pauses(service.loop)
        self._wrong = 0
        self._opened = 0

    def connection_lost(self, exc: Exception | None) -> None:
        self._pauses.end()
        self._visit.departed()

    def begin_auth(self, username: str) -> bool | Awaitable[bool]:
        needed = not self._service.options.anyone or self._plan.auth is AuthPlan.REJECT
        match self._plan.auth:
            case AuthPlan.STALL:
                return self._begin_after(None, needed)
            case AuthPlan.NORMAL | AuthPlan.REJECT:
                return self._begin_after(self._plan.auth_delay, needed) if self._plan.auth_delay > 0 else needed
            case _:
                assert_never(self._plan.auth)

    async def _begin_after(self, delay: float | None, needed: bool) -> bool:
        await self._pauses.wait(delay)
        return needed

    def auth_completed(self) -> None:
        self._visit.authenticated()

    def password_auth_supported(self) -> bool:
        options = self._service.options
        return bool(options.users) or options.anyone or not options.authorized_keys

    def validate_password(self, username: str, password: str) -> bool:
        known = self._service.options.users.get(username)
        right = compare_digest((known or "").encode(), password.encode()) and known is not None
        if right and self._plan.auth is not AuthPlan.REJECT:
            return True
        self._wrong += 1
        if self._wrong >= self._service.options.password_tries:
            raise asyncssh.DisconnectError(
                asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many authentication failures"
            )
        return False

    def public_key_auth_supported(self) -> bool:
        return bool(self._service.admitted)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return key.public_data in self._service.admitted and self._plan.auth is not AuthPlan.REJECT

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> NoReturn:
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "forwarding is disabled")

    def session_requested(self) -> Session | Awaitable[Session]:
        self._opened += 1
        plan = self._service.model.open_channel(self._visit.number)
        session = Session(self._service, self._visit, plan, self._opened)
        return self._open_after(plan, session) if plan.delay > 0 else _opened(plan, session)

    async def _open_after(self, plan: ChannelPlan, session: Session) -> Session:
        await self._pauses.wait(plan.delay)
        return _opened(plan, session)


def _opened(plan: ChannelPlan, session: Session) -> Session:
    if plan.refuse:
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "open failed")
    return session
