"""Which URLs and addresses a notice may be sent to."""

import pytest

from pipeline.notices.addresses import allowed_address, check_target, parse_network

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep their credentials
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",  # 10.0.0.1 behind NAT64
    "2002:a00:1::",  # 10.0.0.1 behind 6to4
]


@pytest.mark.parametrize("word", INSIDE)
def test_an_address_inside_is_refused(word: str) -> None:
    assert not allowed_address(word, ())


@pytest.mark.parametrize("word", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34"])
def test_a_public_address_is_accepted(word: str) -> None:
    assert allowed_address(word, ())


def test_a_network_that_is_allowed_opens_itself_alone() -> None:
    allowed = [parse_network("10.0.0.0/8")]
    assert allowed_address("10.1.2.3", allowed)
    assert allowed_address("::ffff:10.1.2.3", allowed)
    assert not allowed_address("192.168.1.1", allowed)


@pytest.mark.parametrize(
    "url", ["https://portal.example/hook", "https://93.184.216.34:8443/", "mailto:ops@example.org"]
)
def test_a_target_that_can_be_reached_is_accepted(url: str) -> None:
    check_target(url, plain=False, allowed=())


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://portal.example/", "a URL of https with a host"),
        ("ftp://portal.example/", "a URL of https with a host"),
        ("https:///hook", "a URL of https with a host"),
        ("https://user:secret@portal.example/", "without user, password"),
        ("https://portal.example/#part", "without user, password"),
        ("https://portal.example:99999/", "[Pp]ort"),
        ("https://127.0.0.1/", "public"),
        ("https://[::1]/", "public"),
        ("https://portal.example/a b", "without spaces"),
        ("https://portal.example/\n", "without spaces"),
        ("mailto:nobody", "mailto: and one address"),
        ("mailto:a@example.org,b@example.org", "mailto: and one address"),
        ("mailto:a@example.org?bcc=b@example.org", "mailto: and one address"),
    ],
)
def test_a_target_that_cannot_be_reached_is_refused_with_what_is_accepted(url: str, wanted: str) -> None:
    with pytest.raises(ValueError, match=wanted):
        check_target(url, plain=False, allowed=())
