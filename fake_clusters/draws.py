"""The undisturbed plan of each call, drawn from the profile by keyed chance: its coordinate alone decides."""

from connector.chance import Chance, word_index
from connector.operations import Verb
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan
from fake_clusters.profile import LoginPhase, Profile

__all__ = ["Draws"]

_AT_ONCE = ChannelPlan()
_VERB_INDEX = {verb: index for index, verb in enumerate(Verb)}


class Draws:
    """The randomness of one cluster: work, in seconds at full speed. u values come from (seed, cluster, purpose)."""

    def __init__(self, seed: int, cluster: str) -> None:
        self._phases = {phase: Chance(seed, cluster, phase.value) for phase in LoginPhase}
        self._startups = Chance(seed, cluster, "startups")
        self._service = Chance(seed, cluster, "service")
        self._background = Chance(seed, cluster, "background")

    def connection(self, profile: Profile, number: int) -> ConnectionPlan:
        if not profile.login:
            return ConnectionPlan()
        return ConnectionPlan(
            banner_delay=self._phase(profile, LoginPhase.BANNER, number),
            kex_delay=self._phase(profile, LoginPhase.KEX, number),
            auth_delay=self._phase(profile, LoginPhase.AUTH, number),
        )

    def channel(self, profile: Profile, connection: int, ordinal: int) -> ChannelPlan:
        """ordinal: which channel of its connection, from 1."""
        if LoginPhase.CHANNEL not in profile.login:
            return _AT_ONCE
        return ChannelPlan(delay=self._phase(profile, LoginPhase.CHANNEL, connection, ordinal))

    def command(self, profile: Profile, verb: Verb, key: str | None, attempt: int) -> CommandPlan:
        """attempt: how often this (key, verb) has been seen, from 1."""
        where = (_key_index(key), _VERB_INDEX[verb], attempt)
        service = profile.service_work(verb, self._service.u01(*where))
        if profile.background is None or verb is not Verb.CREATE:
            return CommandPlan(service=service)
        return CommandPlan(service=service, background=profile.background.ppf(self._background.u01(*where)))

    def startup(self, number: int) -> float:
        """The uniform value that decides whether a connection is one of those dropped early."""
        return self._startups.u01(number)

    def _phase(self, profile: Profile, phase: LoginPhase, *indices: int) -> float:
        if phase not in profile.login:
            return 0.0
        return profile.login_work(phase, self._phases[phase].u01(*indices))


def _key_index(key: str | None) -> int:
    if key is None:
        return 0
    try:
        return word_index(key)
    except UnicodeEncodeError:  # not text: it will be refused, and any index will do
        return 1
