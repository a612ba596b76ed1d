"""A notifier that is killed when a mail is accepted and its answer not heard: the next sends it under the same id.

SMTP knows no key by which a server could tell that it has the mail already. So it has it twice, and whoever reads it
tells by the `Message-ID` that it is one.
"""

import asyncio
from pathlib import Path

from connector.clock import steady_clock
from harness.servers.inbox import InboxAction, InboxRule
from harness.servers.mail_inbox import MailInbox, serve_mail
from pipeline.notices.records import DeliveryState, EndpointKind
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from tests.pipeline.notices.events import endpoint
from tests.pipeline.store.stores import accepted, new_share, taken
from tests.pipeline.test_serve import process


async def test_a_mail_whose_answer_a_killed_notifier_did_not_hear_comes_again_under_its_id(tmp_path: Path) -> None:
    clock, path = steady_clock(asyncio.get_running_loop()), tmp_path / "store.db"
    inbox, config = MailInbox(clock), tmp_path / "pipeline.toml"
    async with serve_mail(inbox) as port, open_store(path, clock) as store, asyncio.timeout(90):
        config.write_text(
            f'store = "{path}"\n[notifier]\nenabled = true\nscan = "20ms"\ntimeout = "2s"\nlease = "3s"\n'
            f'[notifier.mail]\nhost = "127.0.0.1"\nport = {port}\n'
        )
        arguments = ("--config", str(config), "--parts", "notifier")
        target = await store.notices.add(endpoint(kind=EndpointKind.MAIL, target="ops@example.org", secret=None))
        await accepted(store, new_share("home"))
        assert await store.move(await taken(store), ShareState.ACTIVE) is not None
        inbox.rules.append(InboxRule(action=InboxAction.DELAY, left=1, seconds=60.0))
        async with process(*arguments) as first:
            await inbox.wait_for(lambda inbox: bool(inbox.taken), seconds=60.0)
            first.kill()
            await first.wait()
        assert [row.ended_at for row in await store.notices.attempts(target.id)] == [None]
        async with process(*arguments):
            await inbox.wait_for(lambda inbox: len(inbox.taken) == 2, seconds=60.0)
            while (await store.notices.deliveries(target.id))[0].state is not DeliveryState.DELIVERED:
                await asyncio.sleep(0.02)
    assert len({(mail.message, mail.subject, mail.text) for mail in inbox.taken}) == 1
