"""A spool outside the store: a message broker, which a relay fills from the store. The broker is a hint, the store the
truth: a broker that lost all that it held costs a scan's delay, never a share.

broker.py         Broker: a spool that takes messages over from the store
relay.py          OutboxRelay: publishes what the store holds and no broker has yet
opening.py        opens the broker that the settings name
memory_broker.py  a broker in memory, for one process or for a world
nats_broker.py    NATS JetStream: a stream with a pull consumer
nats_link.py      a connection to NATS that comes back, and the stream and the consumer on it
pulling.py        pulls one message, with a watchdog
wire.py           messages as bytes
"""
