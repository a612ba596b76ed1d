"""The virtual world: the real pipeline code on a virtual clock, over an in-memory network.

runner.py    VirtualRunner: runs one scenario, in a thread for a loop that must stay awake, or here and now
world.py     opens a virtual world around a scenario
part.py      one part of the pipeline as a process that can be killed and paused; parts.py all of them
transports.py  how hosts reach each other: the two protocols that the following implement
direct/      SSH without bytes: a connector that calls the cluster models
ssh/         SSH with bytes: unmodified SSH at both ends, over the in-memory network
hosted/      somebody else's asyncio code, unmodified
direct_http.py  HTTP without bytes: a request is a call of the application
service_calls.py  the requests of clients as calls of what gateway and API do with them
exchange.py  one request and its answer; asgi_request.py as an application reads and answers it
inboxes.py   receivers of notices, by webhook and by mail
memory_http.py  HTTP with bytes, over the in-memory network
logged_errors.py  the internal errors that parts log
lifespan.py  startup and shutdown of an application
disk.py      an in-memory disk that outlives the processes, and ends with the run
entropy.py   unguessable bytes that follow from the seed
run_handle.py  a run in a thread, and how its caller stops or halts it
loop.py      the virtual-time asyncio loop; turns.py how long it may stay at one instant
steps.py     what the loop has to run; task.py a task, and whose it is
dead_tasks.py  the tasks of killed hosts, kept to the end of the run
hosts.py     named hosts, and killing one without any cleanup
relay_door.py  a relay's port on the in-memory network
network.py   listeners and connections
partitions.py  partitions between hosts, whichever transport they use
stream.py    the two ends of a connection
endpoint.py  what stands in for a socket
errors.py    the error tree
"""
