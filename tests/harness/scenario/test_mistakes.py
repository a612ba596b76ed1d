"""A mistake in a scenario file is named, with its key and with what is accepted there."""

import pytest

from connector.errors import TomlProblems
from harness.scenario.parse import parse_scenario
from tests.harness.scenario.samples import EVERYTHING


def complaints(old: str, new: str) -> list[str]:
    """What is said of the full sample with one thing changed, without the lines' numbers."""
    assert EVERYTHING.count(old) == 1
    with pytest.raises(TomlProblems) as caught:
        parse_scenario(EVERYTHING.replace(old, new), "x.toml")
    return [f"{problem.key}: {problem.message}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("rate = 20", "rate = -3", "workload.rate: must be greater than 0 (got -3)"),
        ("rate = 20", "rte = 20", "workload.rte: unknown key (did you mean 'rate'?)"),
        ("mix = { create = 8,", "mix = { creat = 8,", "workload.mix.creat: must be 'create', 'recreate', 'delete'"),
        ("create = 8, duplicate = 1, delete = 1", "create = 0", "workload.mix: needs a weight above zero"),
        ("locations = { north = 3", "locations = { nroth = 3", "unknown cluster 'nroth' (did you mean 'north'?)"),
        ("{ north = 3, south = 1 }", "{ north = 0 }", "workload.locations: needs a weight above zero"),
        ("surges = { trouble", "surges = { truble", "unknown phase 'truble' (did you mean 'trouble'?)"),
        ('low = "1 GiB"', 'low = "9 GiB"', "workload.size.low: must not be above `high`"),
        (
            'high = "2 GiB"',
            'high = "8 PiB"',
            "workload.size: a share has at most 9007199254740991 bytes, less than 8 PiB",
        ),
        ("[clusters.south]", f"[clusters.{'s' * 256}]", "printable characters without '/', at most 255 bytes of them"),
        ('spacing = "even"', 'spacing = { kind = "constant", value = 0 }', "workload.spacing: needs a distribution"),
        ('["5s", "15s"]', '["15s", "5s"]', "phases[0].between: must begin before it ends"),
        ('["5s", "15s"]', '["5s", "25s"]', "phases[0].between: ends at 25s, after the load does (20s)"),
        ("[[phases]]", '[[phases]]\nname = "trouble"\nbetween = [1, 2]\n[[phases]]', "phases[1].name: 'trouble' is"),
        ('kind = "reply_lost"', 'kind = "reply_losst"', "unknown fault 'reply_losst' (did you mean 'reply_lost'?)"),
        ('phase = "trouble"\n', 'phase = "later"\n', "faults[0].phase: unknown phase 'later'; accepted: trouble"),
        ('clusters = ["north"]', 'clusters = ["north", "x"]', "faults[0].clusters[1]: unknown cluster 'x'"),
        ('label = "slow writers"', 'label = "reply_lost"', "faults[1].label: 'reply_lost' is taken"),
        ('delay = "3s"', 'dely = "3s"', "faults[1].dely: unknown key (did you mean 'delay'?)"),
        ('kind = "kill"', 'kind = "crash"', "unknown target of crash 'processor'; accepted: north, south"),
        (
            "[clusters.south]",
            '[clusters.south]\nlogin = { methods = ["password"] }',
            "clusters.south.login.methods: let nobody in: a service logs in with a key; needed is publickey",
        ),
        (
            "[clusters.south]",
            "[clusters.south]\nlogin = { password_expired = true }",
            "clusters.south.login.password_expired: is for `spoolproof clusters serve`",
        ),
        (
            "[clusters.south]",
            '[clusters.south]\ndialect = "zfs"\ncapabilities = []',
            "clusters.south: capabilities: the dialect zfs has no command that tells them",
        ),
        (
            'kind = "bandwidth"',
            'kind = "bandwith"',
            "unknown toxic 'bandwith' (did you mean 'bandwidth'?); accepted: band",
        ),
        (
            'kind = "bandwidth"',
            'kind = "down"',
            "toxics[0].rate: unknown key; accepted: between, kind, label, link, phase,",
        ),
        (
            'rate = "50 kB"',
            "rat = 1",
            "toxics[0].rat: unknown key (did you mean 'rate'?); accepted: between, direction",
        ),
        ('rate = "50 kB"', "rate = 0", "toxics[0].rate: must be greater than 0 (got 0)"),
        ('"processor-north"', '"processor-nroth"', "unknown link 'processor-nroth' (did you mean 'processor-north'?)"),
        ('phase = "trouble" #', 'phase = "later" #', "toxics[0].phase: unknown phase 'later'; accepted: trouble"),
        ("toxicity = 0.75", "toxicity = 2", "toxics[0].toxicity: must be less than or equal to 1 (got 2)"),
        ("toxicity = 0.75", "between = [1, 3]", "'between' and 'phase' both say when; give one of them"),
        ("toxicity = 0.75", 'label = "reply_lost"', "toxics[0].label: 'reply_lost' is taken; give this toxic a label"),
        ('duration = "500ms"', "wipe = true", "nemesis[0].wipe: unknown key; accepted: at, duration, kind"),
        (
            "p95(create.accept) <",
            "median(create.accept) <",
            "gates[0]: median is not available for create.accept; available: pN (a percentile, such as p50, p99.9)",
        ),
        ("1% during trouble", "1% on west", "gates[1]: unknown cluster 'west'; accepted: "),
        (
            'kind = "kill"\ntarget = "processor"',
            'kind = "kill"\ntarget = "north"',
            "target of kill 'north'; accepted: api, processor, gateway (the reference pipeline's; --service names",
        ),
        (
            'kind = "kill"\ntarget = "processor"',
            'kind = "disconnect"\ntarget = "north"',
            "nemesis[0].duration: unknown key; accepted: at, kind, target",
        ),
        (
            'kind = "kill"\ntarget = "processor"',
            'kind = "kill"\ntarget = "database"',
            "unknown target of kill 'database'; accepted: api, processor, gateway (the",
        ),
        ("1% during trouble", "1% during siesta", "gates[1]: unknown phase 'siesta'; accepted: trouble"),
        ("reply_lost = 3", "reply_found = 3", "expect.reply_found: unknown fault, toxic, delivery, store fault"),
        ("reply_lost = 3", "reply_lost = 0", "expect.reply_lost: must be greater than or equal to 1 (got 0)"),
        ("[clusters.south]", "[clusters.api]", "clusters.api: 'api' is the name of a process"),
        (
            "[clusters.south]",
            '[clusters.south]\n[pipeline]\nprocessor.lease = "17s"',
            "pipeline.processor.lease: 17 s must be longer than all phases of one command, 17 s",
        ),
        ("rate = 20", "rate = true", "workload.rate: must be a number (got true)"),
        ("rate = 20", 'rate = "20"', "workload.rate: must be a number (got '20')"),
        ("rate = 20", "rate = 1e308", "workload.rate: must be less than or equal to 1000000 (got 1e+308)"),
        ("seed = 7", "seed = true", "seed: must be a whole number (got true)"),
        ("create = 8,", "create = 1e308,", "workload.mix.create: must be less than or equal to 1000000 (got 1e+308)"),
        ("retries = 1", "retries = 1.0", "client.retries: must be a whole number (got 1.0)"),
        ("probability = 0.2", "probability = true", "faults[0].probability: must be a number (got true)"),
        ("toxicity = 0.75", "toxicity = true", "toxics[0].toxicity: must be a number (got true)"),
        ("reply_lost = 3", "reply_lost = true", "expect.reply_lost: must be a whole number (got true)"),
        (
            'kind = "kill"\ntarget = "processor"',
            'kind = "crash"\ntarget = "north"\nwipe = 0',
            "nemesis[0].wipe: must be true or false (got 0)",
        ),
        ('duration = "500ms"', "duration = 1e308", "nemesis[0].duration: a duration is at most 3650d, not 1e+308"),
        (
            "[clusters.south]",
            '[clusters.south]\norder = { kind = "priority", classes = [] }',
            "clusters.south.order.classes: must have at least 1 entry",
        ),
        ('verbs = ["create"]', "verbs = []", "faults[0].verbs: must have at least 1 entry"),
        ('clusters = ["north"]', "clusters = []", "faults[0].clusters: must have at least 1 entry"),
        ('duration = "20s"', 'duration = "3000d"', "workload.rate: 1.04e+10 arrivals; a run takes at most 100,000,000"),
        (
            'label = "slow writers"',
            'label = "slow\\u0000"',
            "faults[1].label: must be one line of printable characters (got 'slow\\x00')",
        ),
        (
            'name = "trouble"',
            'name = "a\\nb"',
            "phases[0].name: must be one line of printable characters (got 'a\\nb')",
        ),
        (
            'title = "Trouble in the north"',
            'title = "a\\u001b[2J"',
            "title: must be one line of printable characters (got 'a\\x1b[2J')",
        ),
        ('duration = "20s"', 'duration = "20 parsecs"', "workload.duration: a duration is a number of seconds"),
        ('title = "Trouble in the north"', "", "title: is required"),
    ],
)
def test_a_mistake_is_named_with_what_is_accepted(old: str, new: str, complaint: str) -> None:
    assert any(complaint in said for said in complaints(old, new))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"rate = 20": "rte = 20", 'clusters = ["north"]': 'clusters = ["x"]', "reply_lost = 3": "reply_found = 3"},
            ["workload.rate", "workload.rte", "faults[0].clusters[0]", "expect.reply_found"],
        ),
        (
            {'kind = "reply_lost"': 'kind = "reply_losst"', 'label = "slow writers"': 'phase = "later"\nlabel = "a"'},
            ["faults[0].kind", "faults[1]"],
        ),
        (
            {'kind = "reply_lost"': 'kind = "reply_losst"', "between = [1, 2]": 'phase = "later"'},
            ["faults[0].kind", "faults[1].phase"],
        ),
        ({'["5s", "15s"]': '["15s", "5s"]', '"processor-north"': '"x"'}, ["phases[0].between", "toxics[0].link"]),
        ({"[clusters.south]": "[clusters.south]\nx = 1", "p95(": "p95x("}, ["gates[0]", "clusters.south.x"]),
        ({'name = "trouble"': "nme = 1", '"processor-north"': '"x"'}, ["phases[0].name", "phases[0].nme"]),
        ({'title = "Trouble in the north"': "", "1% during trouble": "1% on west"}, ["title", "gates[1]"]),
        (
            {'[[faults]]\nkind = "late_effect"': "[[faults]]\nkind = 3", 'target = "processor"': 'target = "x"'},
            ["faults[1].kind", "nemesis[0].target"],
        ),
    ],
)
def test_mistakes_in_values_and_across_tables_are_reported_together(changes: dict[str, str], found: list[str]) -> None:
    """And nothing is said of what refers to a part that could not be read."""
    text = EVERYTHING
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    with pytest.raises(TomlProblems) as caught:
        parse_scenario(text, "x.toml")
    assert sorted(problem.key for problem in caught.value.problems) == sorted(found)
    assert [problem.line or 0 for problem in caught.value.problems] == sorted(
        problem.line or 0 for problem in caught.value.problems
    )
