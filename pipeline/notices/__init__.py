"""Notices: what is told of shares, to whom, and how it gets there.

kinds.py      which changes of state are told
records.py    endpoints, deliveries, attempts
endpoints.py  a new endpoint, and its secrets
rules.py      what is owed, what is due when, what follows from a reply: pure functions that every store realises
message.py    the body of a message
signing.py    signatures of Standard Webhooks, v1 and v1a
addresses.py  which URLs and addresses may be sent to
sender.py     one try: a webhook or a mail
http_post.py  over HTTP, to the address that was checked
mail.py       by mail; mail_text.py  its text and HTML, from templates/
measured.py   tries that are counted
notifier.py   the part that does it; opening.py opens it, by the settings
"""
