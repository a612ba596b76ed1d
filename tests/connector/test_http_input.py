"""What clients send is read strictly: nothing stands for two things."""

import pytest
from pydantic import BaseModel, ValidationError

from connector.http_input import HttpInputError, WholeNumber, decoded, read_json, read_pairs


@pytest.mark.parametrize("part", [b"%ff%fe", b"%c3", b"%ed%a0%80", b"%c0%80", b"%80a"])
def test_percent_encoded_bytes_that_are_no_utf_8_are_refused(part: bytes) -> None:
    with pytest.raises(HttpInputError, match="not UTF-8"):
        decoded(part)


@pytest.mark.parametrize("part", [b"%", b"a%2", b"%zz", b"%+1", b"%u0041"])
def test_a_percent_sign_without_two_digits_is_refused(part: bytes) -> None:
    with pytest.raises(HttpInputError, match="two hexadecimal digits"):
        decoded(part)


def test_percent_encoding_is_read() -> None:
    assert decoded(b"/a%20b/%C3%a9/+") == "/a b/é/+"


def test_a_query_is_read_into_pairs() -> None:
    assert read_pairs(b"a=1&b=%C3%A9+x&c=") == {"a": "1", "b": "é x", "c": ""}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (b"a=1&b=2&a=1", "^a: stands more than once$"),
        (b"a=1&%61=2", "^a: stands more than once$"),
        (b"location=%ff", "not UTF-8"),
        (b"%ff=1", "not UTF-8"),
        (b"a=%g1", "two hexadecimal digits"),
    ],
)
def test_a_query_that_is_read_in_two_ways_is_refused(query: bytes, message: str) -> None:
    with pytest.raises(HttpInputError, match=message):
        read_pairs(query)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"size": 1, "size": 2}', "^size: stands more than once$"),
        (b'{"a": {"b": 1, "c": 2, "b": 1}}', "^b: stands more than once$"),
        (b'{"size": 1, "\\u0073ize": 2}', "^size: stands more than once$"),
        (b'{"size": NaN}', "NaN is not a number of JSON"),
        (b"-Infinity", "-Infinity is not a number of JSON"),
        (b"", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b"[1,]", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b'"\\ud800"', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"1" * 10_000, "too many digits"),
    ],
)
def test_json_that_is_read_in_two_ways_or_not_at_all_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(HttpInputError, match=message):
        read_json(text)


def test_json_is_read() -> None:
    assert read_json(b' {"a": [1, 2.5, null, true, "\\ud83d\\ude00\xc3\xa9"]}\n') == {"a": [1, 2.5, None, True, "😀é"]}


class _Query(BaseModel):
    number: WholeNumber


@pytest.mark.parametrize("text", ["1_0", " 10", "10 ", "+10", "-1", "1.0", "1e1", "١٠", "", "0x10", "1" * 30])
def test_a_number_in_a_query_is_digits(text: str) -> None:
    with pytest.raises(ValidationError, match="whole number in decimal digits"):
        _Query.model_validate({"number": text})


def test_digits_are_a_number() -> None:
    assert _Query.model_validate({"number": "0010"}).number == 10
