"""The calls before or after which a process can be killed."""

from enum import StrEnum

from harness.scenario.roles import Role

__all__ = ["CrashPoint"]


class CrashPoint(StrEnum):
    """Right before or right after one call of the killed process: the call did not happen, or has just happened.

    `store.commit.*` are transactions of the store. create, change: by the API. The others are by the processor:
    take a message, claim a record, begin and end a command, make the record active or failing, give up its update,
    remove it, release it, finish a message. `connector.exec` is a command that changes something on a cluster,
    `reconciler.mend` the mending of one difference, where `pipeline.reconciler` mends. After a `take` or a `claim`,
    only calls that found something count. With a broker as the spool, `spool.publish` and `store.commit.published` are
    by the relay: publish messages, and note that the broker has one.
    """

    BEFORE_CREATE = "store.commit.create.before"
    AFTER_CREATE = "store.commit.create.after"
    BEFORE_CHANGE = "store.commit.change.before"
    AFTER_CHANGE = "store.commit.change.after"
    BEFORE_TAKE = "store.commit.take.before"
    AFTER_TAKE = "store.commit.take.after"
    BEFORE_CLAIM = "store.commit.claim.before"
    AFTER_CLAIM = "store.commit.claim.after"
    BEFORE_BEGIN = "store.commit.begin.before"
    AFTER_BEGIN = "store.commit.begin.after"
    BEFORE_END = "store.commit.end.before"
    AFTER_END = "store.commit.end.after"
    BEFORE_ACTIVE = "store.commit.active.before"
    AFTER_ACTIVE = "store.commit.active.after"
    BEFORE_FAILING = "store.commit.failing.before"
    AFTER_FAILING = "store.commit.failing.after"
    BEFORE_GIVE_UP = "store.commit.give-up.before"
    AFTER_GIVE_UP = "store.commit.give-up.after"
    BEFORE_REMOVE = "store.commit.remove.before"
    AFTER_REMOVE = "store.commit.remove.after"
    BEFORE_RELEASE = "store.commit.release.before"
    AFTER_RELEASE = "store.commit.release.after"
    BEFORE_DONE = "store.commit.done.before"
    AFTER_DONE = "store.commit.done.after"
    BEFORE_EXEC = "connector.exec.before"
    AFTER_EXEC = "connector.exec.after"
    BEFORE_MEND = "reconciler.mend.before"
    AFTER_MEND = "reconciler.mend.after"

    BEFORE_NOTICE_TAKE = "store.commit.notices.before"
    AFTER_NOTICE_TAKE = "store.commit.notices.after"
    BEFORE_NOTICE = "notify.deliver.before"
    AFTER_NOTICE = "notify.deliver.after"
    BEFORE_NOTICE_SETTLE = "store.commit.notified.before"
    AFTER_NOTICE_SETTLE = "store.commit.notified.after"

    BEFORE_PUBLISH = "spool.publish.before"
    AFTER_PUBLISH = "spool.publish.after"
    BEFORE_PUBLISHED = "store.commit.published.before"
    AFTER_PUBLISHED = "store.commit.published.after"

    @property
    def is_of_the_reconciler(self) -> bool:
        """Whether the call comes only where the reconciler mends."""
        return self in {CrashPoint.BEFORE_MEND, CrashPoint.AFTER_MEND}

    @property
    def part(self) -> Role:
        """The part that makes the call."""
        if self in _OF_THE_RELAY:
            return Role.RELAY
        if self in _OF_THE_NOTIFIER:
            return Role.NOTIFIER
        return Role.API if self in _OF_THE_API else Role.PROCESSOR


_OF_THE_API = frozenset(
    {CrashPoint.BEFORE_CREATE, CrashPoint.AFTER_CREATE, CrashPoint.BEFORE_CHANGE, CrashPoint.AFTER_CHANGE}
)
_OF_THE_RELAY = frozenset(
    {CrashPoint.BEFORE_PUBLISH, CrashPoint.AFTER_PUBLISH, CrashPoint.BEFORE_PUBLISHED, CrashPoint.AFTER_PUBLISHED}
)
_OF_THE_NOTIFIER = frozenset(
    {
        CrashPoint.BEFORE_NOTICE_TAKE,
        CrashPoint.AFTER_NOTICE_TAKE,
        CrashPoint.BEFORE_NOTICE,
        CrashPoint.AFTER_NOTICE,
        CrashPoint.BEFORE_NOTICE_SETTLE,
        CrashPoint.AFTER_NOTICE_SETTLE,
    }
)
