"""Who may use the API: tokens and client certificates, and how much a tenant may ask.

opening.py        what is let in, by the settings
authenticator.py  Authenticator: finds out who asks
tokens.py         bearer tokens: a JWT, checked with the issuer's keys
keys.py           the issuer's keys, from a file or a URL
certificates.py   client certificates, and the TLS of the API
limits.py         a token bucket for each tenant; how much may be under way
access_control.py       all of these at the door of each operation
"""
