"""A reverse proxy that fails as real ones do: three timeouts, 502, 503 and 504, and, if it is told to, a second try.

app.py       create_gateway: the application; opening.py opens it, by the settings
tries.py     passes a request on again, and tells access_log.py of its tries
limits.py    so many requests at once, and what is said where one comes to nothing
proxy.py     passes one request on and its answer back, within its time
turns.py     several upstreams, each request beginning with another one
upstream.py  who asks the service: over the network
upload.py    the body of a request on its way, and how far it came
headers.py   which headers pass, and which are added
error_mapping.py  what went wrong on the way, as the client is told
"""
