"""Somebody else's asyncio code in the virtual world, unmodified: each life of a part with modules, time, chance, files
and an environment of its own, and an error that names the line where it would leave virtual time.

world.py     builds a world around a scenario with such a service
parts.py     its parts on their hosts
run_part.py  runs one life of a part: an ASGI application, or a worker coroutine
life.py      HostedLife: whose code runs now, and what it runs on
modules.py   the modules of a life, imported anew
loop.py      the virtual loop, as such code may use it
process.py   gives this process the functions below, once; replaced.py replaces one
clock.py     time and datetime
chance.py    random, secrets, uuid, os.urandom
environ.py   os.environ
output.py    sys.stdout and sys.stderr
sqlite.py    sqlite3, inline: connections that end with the life, and the time and chance of its SQL
threads.py   threads, executors and blocking waits
audit.py     sockets, processes and relative paths
origin.py    finds the line
"""
