"""The virtual world: the real pipeline code on a clock that jumps, over a network that is only memory.

world.py     VirtualWorld: plays one scenario, in a thread for a loop that must stay awake, or here and now
lab.py       builds a world around a scenario
part.py      one part of the pipeline as a process that can be killed and paused; parts.py all of them
roads.py     how hosts reach each other: what the following provide
direct/      the short way to the clusters: a connector that calls their models
ssh/         the long way: unmodified SSH at both ends
web.py       the short way over HTTP: a request is a call of the application; exchange.py one request
tcp.py       HTTP as it is, over the network in memory
logged_errors.py  the internal errors that parts log
lifespan.py  start and end of an application
crash.py     killing a part right before or after a call of its
mail.py      messages that come twice, late, or never
disk.py      a disk that outlives the processes, and ends with the run
entropy.py   unguessable bytes that follow from the seed
thread.py    a run in a thread, and how its caller holds it
loop.py      the virtual-time asyncio loop
steps.py     what the loop has to run; task.py a task, and whose it is
graveyard.py what killed hosts still had to run
hosts.py     named hosts, and killing one without a last word
network.py   listeners and connections
cuts.py      partitions between hosts, whichever way they talk
stream.py    the two ends of a connection
endpoint.py  what stands in for a socket
errors.py    the error tree
"""
