"""No secret gets onto a tape, in whatever form and in whatever pieces it comes."""

import base64
import html
import json
import shlex
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.tape.redaction import Redactor
from tests.harness.tape.parts import PASSWORD, client, device, recorder

SECRET = "p&ss w/rd'\"<é+\\%5"
RAW = SECRET.encode()
FORMS = {
    "raw": RAW,
    "json": json.dumps({"key": SECRET}).encode(),
    "json, not ASCII": json.dumps(SECRET, ensure_ascii=False).encode(),
    "url": quote(SECRET, safe="").encode(),
    "url, lower case": quote(SECRET, safe="").lower().encode(),
    "url, with slashes": quote(SECRET).encode(),
    "form": quote_plus(SECRET).encode(),
    "html": html.escape(SECRET).encode(),
    "shell": shlex.quote(SECRET).encode(),
    "hex": RAW.hex().encode(),
    "base64": base64.b64encode(RAW),
    "base64 in a url": quote(base64.b64encode(RAW).decode(), safe="").encode(),
    "base64 in lines": base64.encodebytes(b"some more text before it, longer than a line " + RAW),
    **{f"base64 after {n}": base64.b64encode(b"user:"[:n] + RAW + b"\0" * n) for n in range(6)},
    **{f"urlsafe base64 after {n}": base64.urlsafe_b64encode(b"\xff" * n + RAW) for n in range(3)},
    "broken by a terminal": RAW[:6] + b" \r" + RAW[6:9] + b"\r\n\x1b[K" + RAW[9:],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_every_form(form: str) -> None:
    text = Redactor({"KEY": SECRET}).data(b"before " + FORMS[form] + b" after").data
    assert text.startswith(b"before ")
    assert text.endswith(b" after")
    assert b"[secret KEY]" in text
    assert len(text) <= len(b"before [secret KEY] after") + 70  # what stands around it in its line of base64
    assert not any(part in text for part in (RAW[:4], RAW[-4:], FORMS[form][-12:-4]))


@settings(max_examples=60)
@given(st.text("aé%+/=\"\\'& 0Z", min_size=4, max_size=12), st.binary(max_size=5), st.binary(max_size=5))
def test_whatever_stands_around_it_in_base64_nothing_of_it_is_left(secret: str, before: bytes, after: bytes) -> None:
    coded = base64.b64encode(before + secret.encode() + after)
    text = Redactor({"S": secret}).data(coded).data
    assert b"[secret S]" in text
    first, last = len(before) * 8 // 6, -(-(len(before) + len(secret.encode())) * 8 // 6)
    assert coded[first:last] not in text


def test_sizes_of_pieces_follow_what_is_replaced() -> None:
    redacted = Redactor({"K": "secret-word"}).data(b"one secret-word two secret-word", (7, 8, 4, 12))
    assert redacted.data == b"one [secret K] two [secret K]"
    assert sum(redacted.sizes) == len(redacted.data)
    assert redacted.sizes == (4, 10, 4, 11)


def test_each_long_line_of_a_secret_is_one_as_well() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEF\n-----END KEY-----"
    assert Redactor({"K": key}).text("> MIIEvQIBADANBgkq") == "> [secret K]"


async def test_no_secret_of_a_session_is_on_the_tape(tmp_path: Path) -> None:
    tape = tmp_path / "t.toml"
    coded = base64.b64encode(b"admin:" + RAW).decode()
    async with device() as target, recorder(target, tape, secrets={"KEY": SECRET}) as proxy, client(proxy) as session:
        said = await session.run(f"say {SECRET}")
        assert said.stdout == SECRET  # the client gets what the device said
        await session.run(f"say Basic {coded}")
        await session.run(f"drip {' '.join(SECRET.replace(' ', '+'))}")
        await session.run("cat", input=f"token={quote(SECRET)} login={PASSWORD}")
        await session.run("cat", input=b"\xff\x00" + RAW, encoding=None)
        await session.run("say x", env={"TOKEN": SECRET})
        async with session.create_process(term_type="vt100") as shell:
            for key in f"login {SECRET}\rexit\r":
                shell.stdin.write(key)
            await shell.wait_closed()
    written = tape.read_bytes()
    everything = written + b"".join(
        base64.b64decode(line.split(b'"')[1]) for line in written.splitlines() if b"_base64" in line
    )
    for text in (
        RAW,
        RAW[1:],
        quote(SECRET).encode(),
        coded[8:].encode(),
        coded[:-4][-12:].encode(),
        PASSWORD.encode(),
    ):
        assert text not in everything
    assert json.dumps(SECRET)[1:-1].encode() not in everything
    assert everything.count(b"[secret KEY]") >= 9
