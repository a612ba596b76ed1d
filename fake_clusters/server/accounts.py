"""The passwords of one cluster's users: which are right, and which have to be changed."""

from collections.abc import Mapping
from enum import Enum, auto
from hmac import compare_digest

__all__ = ["Accounts", "PasswordCheck"]


class PasswordCheck(Enum):
    """The result of a password check."""

    CORRECT = auto()
    EXPIRED = auto()
    WRONG = auto()


class Accounts:
    """users: passwords by name. expired: each has to be changed before it lets anyone in. Changes are not kept."""

    def __init__(self, users: Mapping[str, str], *, expired: bool) -> None:
        self._passwords = dict(users)
        self._expired = set(users) if expired else set()

    def verdict(self, user: str, password: str) -> PasswordCheck:
        known = self._passwords.get(user)
        if not compare_digest((known or "").encode(), password.encode()) or known is None:
            return PasswordCheck.WRONG
        return PasswordCheck.EXPIRED if user in self._expired else PasswordCheck.CORRECT

    def change(self, user: str, old: str, new: str) -> bool:
        """Whether the new password was taken: the old one has to be right, and another one."""
        if self.verdict(user, old) is PasswordCheck.WRONG or not new or new == old:
            return False
        self._passwords[user] = new
        self._expired.discard(user)
        return True
