"""Mail to whoever asked for a share: here into a mailbox file."""

import os
from email.message import EmailMessage


def send(subject: str, text: str = "") -> None:
    """Send one message."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "portal@example.org", "user@example.org", subject
    message.set_content(text)
    with open(os.environ["PORTAL_MAIL"], "a", encoding="utf-8") as box:
        box.write(f"{message.as_string(unixfrom=True)}\n")
