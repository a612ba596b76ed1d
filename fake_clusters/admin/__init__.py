"""The HTTP admin API of a farm of fake clusters.

app.py       which path and method is which route
routes.py    reads a request, asks the farm, shows the answer
bodies.py    what is taken
views.py     what is shown
problems.py  what is refused (RFC 9457)
waits.py     requests that wait for something
guard.py     the token, and the names by which the API may be addressed
server.py    all of it on a port
"""
