"""Connectors without exec: a prompt, and commands typed at it.

personality.py   ShellPersonality: what a prompt looks like, and how it is used
plain_text.py    bytes of a terminal as text without escape sequences
exchange.py      from a typed line to the next prompt
conversation.py  the client's half of a session, without I/O: what to type next, and the replies
typable.py       which command lines can be typed, and what a reply looks like at a prompt
"""
