"""What each invariant promises, why it matters, and what a violation looks like: the one text of reports and docs."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["PROMISES", "Promise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """sentence: what must hold. why: what it costs where it does not. example: a violation, event by event."""

    sentence: str
    why: str
    example: tuple[str, ...]


PROMISES: Mapping[str, Promise] = {
    "V4": Promise(
        sentence="A part of the pipeline ends only where the scenario kills it, or when the run is over.",
        why="A service that ends by itself has a defect, whatever its promises are worth afterwards; and a run in "
        "which something else killed a part shows what no scenario planned. A part that failed by itself is invalid; "
        "one that a signal from outside ended, or that ended with status 0, is unknown.",
        example=(
            "1.0 s  the load begins",
            "4.2 s  the processor ends with exit status 1; the last line of its log is a MemoryError",
            "6.0 s  the load ends; the processor is started again",
            "50.0 s  the final readings show nothing wrong",
            "4.2 s  V4: the processor ended unplanned: exit status 1",
        ),
    ),
    "S1": Promise(
        sentence="At no time are there two live shares, or two records, for one location and name.",
        why="Two shares of one name mean that two users write to what each believes to be the only copy, or "
        "that one of them is paid for and never used.",
        example=(
            "1.0 s  client c1 asks to create north/home; the gateway gives up before the API answers",
            "1.5 s  client c1 asks again with another key; the API makes a second record",
            "2.0 s  the processor creates the share of the first record",
            "2.4 s  the processor creates the share of the second record",
            "2.4 s  S1: north/home has two live shares",
        ),
    ),
    "S2": Promise(
        sentence="Nothing is seen, on a cluster or in the API, that no create could have made.",
        why="Whatever nobody asked for came from a wrong name, a wrong cluster or a wrong key, and the next one "
        "may hit the data of somebody else.",
        example=(
            "1.0 s  client c1 asks to create north/home",
            "1.3 s  the processor sends the create to the cluster south by mistake",
            "1.8 s  cluster south: home created",
            "9.0 s  the final reading of south shows home",
            "9.0 s  S2: south/home is there, and no create asked for it",
        ),
    ),
    "S3": Promise(
        sentence="An accepted create ends active, or its record is removed and says why; what was acknowledged does "
        "not vanish.",
        why="A 202 is a promise. A client that holds one and waits for ever, or finds nothing, has been lied to.",
        example=(
            "1.0 s  client c1 asks to create north/home and is told 202",
            "1.0 s  the record is pending, its message is on the queue",
            "1.1 s  the processor takes the message and is killed",
            "1.2 s  the message counts as delivered; nobody takes it again",
            "40.0 s  S3: north/home was accepted and is neither active nor removed",
        ),
    ),
    "S4": Promise(
        sentence="A record only moves along pending -> active -> updating -> active, and from pending or active by "
        "way of failing or deleting to its removal; no reader sees a step back.",
        why="A state that goes back makes a client act on what is no longer true: whoever saw a share active has "
        "begun to use it, and who sees it pending waits, or asks for it again.",
        example=(
            "1.0 s  client c1 reads north/home: active",
            "1.4 s  client c2 asks for another size and is told 202; the API writes pending",
            "1.4 s  the record goes from active to pending, without updating",
            "1.5 s  client c1 reads pending",
            "1.5 s  S4: north/home was read as active, and later as pending",
        ),
    ),
    "S5": Promise(
        sentence="While a record says active, its share is on the cluster, whole, and of the size that the record "
        "says; a resize that is said to be done, or not to be done, ended so.",
        why="Active is what a client believes. A share that is not there, or is smaller than it says, fails its "
        "user later and elsewhere; whoever shrinks a share has given its space away.",
        example=(
            "1.0 s  client c1 asks to create north/home",
            "1.4 s  the connector answers `done`, and has made nothing",
            "1.4 s  the processor marks the record active without looking",
            "9.0 s  the final reading of north does not show home",
            "9.0 s  S5: north/home is active and not on the cluster",
        ),
    ),
    "S6": Promise(
        sentence="One idempotency key gives one answer and at most one effect; the same key with another body is "
        "refused.",
        why="Retries are only safe where repeating a request cannot do the work twice, and cannot do other work "
        "under the same key.",
        example=(
            "1.0 s  client c1 asks to create north/home with key k1",
            "2.0 s  its answer is lost on the way",
            "2.1 s  client c1 sends the same request with key k1 again",
            "2.1 s  the API answers 409 instead of the 202 that it had decided",
            "2.1 s  S6: key k1 got two different answers",
        ),
    ),
    "S7": Promise(
        sentence="An operation that was reported as failed has no effect, ever.",
        why="A client that is told `failed` asks elsewhere or gives up. What lands afterwards belongs to nobody.",
        example=(
            "1.0 s  client c1 asks to create north/home",
            "3.0 s  the command runs into its deadline; the processor counts it as failed",
            "3.1 s  the record is removed with the reason `timeout`",
            "5.0 s  cluster north: home created, after its command had ended",
            "5.0 s  S7: the create of north/home was reported as failed, and the share is there",
        ),
    ),
    "S8": Promise(
        sentence="Nothing recreates what was deleted, and a late delete never removes a newer share of the same name.",
        why="A deleted share that comes back leaks data; a delete that hits the next owner's share destroys it.",
        example=(
            "3.0 s  client c1 asks to delete north/home; the command stalls in the cluster",
            "4.0 s  the record is removed, the name is free",
            "4.5 s  client c2 creates north/home anew, and it becomes active",
            "6.0 s  the stalled delete lands and removes the new share",
            "6.0 s  S8: a delete of the first life of north/home hit the second",
        ),
    ),
    "S9": Promise(
        sentence="Every accepted operation has exactly one outcome, and nothing that is said later contradicts it.",
        why="Two outcomes of one operation cannot both be true, so that a client that acted on the first acted "
        "wrongly.",
        example=(
            "1.0 s  client c1 asks to create north/home and is told 202",
            "3.0 s  processor A marks the record active",
            "3.1 s  processor B, whose lease had run out, marks the same create as failed",
            "3.2 s  client c1 is notified twice: active, removed",
            "3.1 s  S9: the create of north/home ended twice",
        ),
    ),
    "S10": Promise(
        sentence="Every message ends exactly once (done, dead-lettered or expired), and a repeated delivery adds no "
        "effect.",
        why="A message that is lost is work that is never done; one that is worked on twice is an effect that "
        "nobody asked for.",
        example=(
            "1.0 s  the create of north/home is accepted; its message is delivered",
            "1.4 s  the queue delivers the same message again",
            "1.5 s  both deliveries send a create to the cluster",
            "1.9 s  cluster north: home created a second time over the first",
            "1.9 s  S10: the repeated message had an effect of its own",
        ),
    ),
    "S11": Promise(
        sentence="Only the processor removes a record.",
        why="Whoever removes a record must first know that nothing is left on the cluster, and only the "
        "processor finds that out.",
        example=(
            "1.0 s  client c1 asks to create north/home",
            "2.0 s  client c1 gives up and closes the connection",
            "2.0 s  the API removes the record, to be tidy",
            "2.3 s  the cluster finishes the create",
            "2.0 s  S11: the record of north/home was removed by the api",
        ),
    ),
    "S12": Promise(
        sentence="No resize and no delete is accepted on a share that is not active.",
        why="An operation on a share that is still being made races with its create, and either may win on the "
        "cluster.",
        example=(
            "1.0 s  client c1 asks to create north/home; the record is pending",
            "1.2 s  client c1 asks to delete north/home",
            "1.2 s  the API answers 202",
            "1.3 s  the processor deletes what is not there yet, then creates it",
            "1.2 s  S12: a delete was accepted while north/home was pending",
        ),
    ),
    "S13": Promise(
        sentence="While a cluster is paused, no record of it is claimed and it is not listed; while it is drained, "
        "nothing is accepted for it.",
        why="An operator pauses a cluster to work on it, and drains it to take it away. A command that comes all the "
        "same lands in the middle of that.",
        example=(
            "1.0 s  an operator pauses north; the pipeline says that it is so",
            "1.4 s  client c1 asks to create north/home and is told 202",
            "1.5 s  its message reaches a processor that reads no holds",
            "1.5 s  cluster north is asked for home",
            "1.5 s  S13: a command began while north was paused",
        ),
    ),
    "S14": Promise(
        sentence="What waited for a paused cluster is taken up within a scan and a second after the pause, where "
        "nothing else is in the way. A tenant that waits for one share there waits for no more claims of other tenants "
        "than a processor has slots, and one of each of them; and its shares of a higher priority come first.",
        why="A pause that outlasts its end is an outage that nobody knows of: requests are accepted, and wait. Nor may "
        "the thousand requests of one tenant be an outage for another.",
        example=(
            "1.0 s  an operator pauses north until 3.0 s",
            "1.4 s  client c1 asks to create north/home and is told 202",
            "3.0 s  the pause is over",
            "3.0 s  the processor knows of the pause, and not of its end",
            "4.1 s  S14: north/home waited for north, and was not taken up after the pause",
        ),
    ),
    "S15": Promise(
        sentence="Where there is a retry budget, no cluster is asked more often again than the budget allows: so many "
        "retries for each first try and each answer, a few a second, and what was saved up.",
        why="In an outage retries are many times the load, and a cluster that comes back under them goes down again.",
        example=(
            "1.0 s  north stops answering; its budget is 0.1 retries for each first try, and 1 a second",
            "1.2 s  ten creates for north end without an answer",
            "1.3 s  all ten are tried again, and once more every 0.1 s",
            "3.3 s  200 retries have begun; the budget allows 13",
            "3.3 s  S15: north was asked again more often than its budget allows",
        ),
    ),
    "S16": Promise(
        sentence="A record whose last claims all ended without a word, as many as `processor.poison`, is claimed by "
        "nobody until an operator requeues it; and none becomes a dead letter before.",
        why="A record that kills whoever works on it takes one processor after the other, and all other work too.",
        example=(
            "1.0 s  the processor begins the create of north/home, and is killed; processor.poison is 2",
            "31.0 s  its lease is over; the processor begins the create again, and is killed",
            "61.0 s  the lease is over; the record should be a dead letter",
            "61.1 s  the processor begins the create a third time",
            "61.1 s  S16: north/home was claimed again after 2 claims in a row that ended without a word",
        ),
    ),
    "S17": Promise(
        sentence="No tenant ever has more shares or bytes than its quota, by the records, until they are gone; and "
        "none is refused for a quota that has room.",
        why="A tenant beyond its quota takes what was promised to others; one that gets nothing for what it gave back "
        "has lost a part of its quota for good.",
        example=(
            "1.0 s  tenant blue, which may have 2 shares, has north/a and north/b",
            "2.0 s  it deletes north/a; the record is gone at 2.6 s",
            "3.0 s  it asks to create north/c",
            "3.0 s  the API counts what was ever made: it answers 403, quota-exceeded",
            "3.0 s  S17: north/c was refused, and tenant blue had 1 share at most",
        ),
    ),
    "L1": Promise(
        sentence="Within the stated time after healing, no record is pending, updating, failing or deleting.",
        why="A record that hangs is a share that nobody gets and a name that nobody can use again.",
        example=(
            "1.0 s  the create of north/home is accepted",
            "1.1 s  its message is lost",
            "20.0 s  all faults are over",
            "50.0 s  the time to settle is over; the record is still pending",
            "50.0 s  L1: north/home is still pending 30 s after healing",
        ),
    ),
    "L2": Promise(
        sentence="At the end the clusters hold exactly the shares of the active records, and nothing half-made (but of "
        "dead letters) or open; looked at again after the last command could have taken effect.",
        why="What has no record is paid for and never found; what is half-made blocks its name.",
        example=(
            "1.0 s  client c1 asks to create north/home",
            "1.8 s  cluster north: home created; the reply is lost",
            "3.0 s  the processor removes the record without looking",
            "52.0 s  the final reading of north shows home, the API shows no record",
            "52.0 s  L2: north/home is on the cluster and has no record",
        ),
    ),
    "L3": Promise(
        sentence="A client that never got a clear answer can find out by asking: done, or not done, nothing in "
        "between.",
        why="Unclear answers cannot be avoided; what can be avoided is that they stay unclear.",
        example=(
            "1.0 s  client c1 asks to create north/home; the answer is lost",
            "50.0 s  after healing, client c1 asks for north/home",
            "50.0 s  the API answers 500",
            "50.1 s  it answers 500 again, and so does every later request",
            "50.1 s  L3: what became of the create of north/home cannot be found out",
        ),
    ),
    "L4": Promise(
        sentence="Once nothing is disturbed any more, the same load gets the same goodput as before, with no more "
        "attempts per operation.",
        why="A retry storm that feeds itself keeps a service down long after its cause is gone.",
        example=(
            "0.0 s  300 creates a second, all served",
            "60.0 s  the cluster is away for 10 s",
            "70.0 s  it is back; every waiting client retries, 560 requests a second",
            "120.0 s  half of all requests still time out and are retried",
            "120.0 s  L4: goodput is 140/s where it was 300/s before",
        ),
    ),
    "L5": Promise(
        sentence="What met no fault, and was not refused by its cluster, comes about: nothing fails, and no command is "
        "overtaken, without a cause. An access change that was accepted is so on the cluster at the end.",
        why="A service that fails whatever it is asked, and says so, breaks no other promise. What may excuse a "
        "failure is a fault, a toxic or a kill on its way within the time to settle, a cluster that refuses, is late, "
        "busy or down, what others did to the name, and a snapshot that the share has already.",
        example=(
            "1.0 s  client c1 asks to create north/home and is told 202",
            "1.4 s  cluster north: home created, the first command was answered at once",
            "1.5 s  the processor counts the create as failed, and cleans up",
            "2.0 s  the record is removed with the reason `timeout`; nothing had timed out",
            "1.5 s  L5: the create of north/home failed, and nothing had gone wrong",
        ),
    ),
    "T1": Promise(
        sentence="Every hop answers by its deadline.",
        why="A caller plans with the deadline. One that is not kept makes every deadline above it a guess.",
        example=(
            "1.0 s  the gateway sends a create to the API and allows it 5 s",
            "1.1 s  the API waits for a lock",
            "6.0 s  the deadline passes without an answer",
            "9.4 s  the gateway answers at last",
            "9.4 s  T1: the gateway answered 3.4 s after its deadline",
        ),
    ),
    "T2": Promise(
        sentence="Whoever waits for another waits longer than that one does; work that is given up is counted.",
        why="An outer deadline that is the shorter one abandons work that goes on unseen, and turns a slow "
        "success into an unclear answer.",
        example=(
            "0.0 s  the gateway allows 5 s, the command that it waits for 30 s",
            "1.0 s  client c1 asks to create north/home",
            "6.0 s  the gateway gives up: 504",
            "13.0 s  cluster north: home created",
            "6.0 s  T2: the gateway gave up while the api still waited",
        ),
    ),
    "T3": Promise(
        sentence="Each timeout is recorded once, at the hop and phase where it began, which is the injected one "
        "wherever that is known.",
        why="Whoever looks for the cause of a timeout must not be sent to the wrong hop, nor count one timeout "
        "as three.",
        example=(
            "1.0 s  a fault holds back the replies of the cluster north",
            "4.0 s  the processor's command times out while it waits for the reply",
            "4.0 s  the pipeline reports a timeout of the login",
            "4.0 s  the fault's own log has it at `connector.reply`",
            "4.0 s  T3: a timeout is attributed to ssh.auth; it began at connector.reply",
        ),
    ),
    "N1": Promise(
        sentence="Each outcome is notified, at least once on the wire and exactly once per dedupe id, and nothing "
        "else is.",
        why="The portal shows what it was told. A notice that is missing leaves the user waiting; a wrong one "
        "misleads.",
        example=(
            "3.0 s  the record of north/home becomes active",
            "3.0 s  the notice is sent; its receiver is down",
            "3.1 s  the sender counts it as sent",
            "50.0 s  no notice about north/home was ever received",
            "50.0 s  N1: north/home became active and nobody was told",
        ),
    ),
    "V1": Promise(
        sentence="A verdict is unknown unless each fault that the scenario calls for struck at least as often as it "
        "asks.",
        why="A run in which nothing broke proves nothing about what happens when something does.",
        example=(
            "0.0 s  the scenario asks for 3 lost replies",
            "2.0 s  the fault is on, for replies to `resize`",
            "14.0 s  the load ends; no resize was asked",
            "50.0 s  the fault has struck 0 times",
            "50.0 s  V1: reply_lost struck 0 times and should have struck 3 times: unknown",
        ),
    ),
    "V2": Promise(
        sentence="Where a cluster has no log of its effects, as real ones have none, or the service no log of its "
        "changes, weaker forms are judged, and the verdict says which.",
        why="Judged by what can be read, a share that came and went is never seen. Whoever reads `valid` must "
        "know that.",
        example=(
            "0.0 s  the run is against a real connector",
            "3.0 s  an effect lands late, and is undone at once",
            "9.0 s  the final reading shows nothing unusual",
            "9.0 s  no log could show the effect",
            "9.0 s  V2: no effect log: S10 not judged; S1, S7, S8 judged in a weaker form",
        ),
    ),
    "V3": Promise(
        sentence="Before the first fault everything is right; else what goes wrong later proves nothing about the "
        "faults.",
        why="Trouble that was there before the experiment began is not its result.",
        example=(
            "0.0 s  the load begins, nothing is broken",
            "1.0 s  client c1 asks to create north/home and never gets an answer",
            "5.0 s  the first fault is switched on",
            "9.0 s  more ops end unclear",
            "1.0 s  V3: an op ended unclear before the first fault",
        ),
    ),
}
"""In the order of the checkers. A journal may name others: of a newer version, or of somebody's own checkers."""
