"""Secrets never reach the journal, however they are written down, and no text makes it slow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.domain.masking import MASK, masked

SECRET = "hunter2hunter2hunter2"

WRITTEN = (
    "password=hunter2hunter2hunter2",
    "DB_PASS=hunter2hunter2hunter2",
    "passphrase : hunter2hunter2hunter2",
    "AWS_SECRET_ACCESS_KEY = hunter2hunter2hunter2",
    "aws.secret.access-key: hunter2hunter2hunter2",
    'password="hunter2hunter2hunter2"',
    "password='hunter2hunter2hunter2'",
    r'password="a \"quoted\" hunter2hunter2hunter2"',
    'password="cut off before its end hunter2hunter2hunter2',
    '{"client_secret": "hunter2hunter2hunter2"}',
    r'{"cmd": "{\"token\": \"hunter2hunter2hunter2\"}"}',
    "api-key: hunter2hunter2hunter2",
    "X-Api-Key: hunter2hunter2hunter2",
    "Authorization: Bearer hunter2hunter2hunter2",
    "authorization: hunter2hunter2hunter2",
    '"Authorization": "hunter2hunter2hunter2"',
    "curl sends bearer hunter2hunter2hunter2",
    "Cookie: theme=dark; session=hunter2hunter2hunter2",
    "set-cookie: session=hunter2hunter2hunter2; HttpOnly",
    "mysql --host db --password hunter2hunter2hunter2 shop",
    "backup --api-key 'hunter2hunter2hunter2'",
    "https://shop:hunter2hunter2hunter2@db.example/orders",
    "https://shop:p@hunter2hunter2hunter2@db.example/orders",
    "redis://:hunter2hunter2hunter2@cache:6379/0",
    "GET /login?token=hunter2hunter2hunter2&next=/",
    "ghp_hunter2hunter2hunter2",
    "xoxb-hunter2hunter2hunter2-",
    "-----BEGIN RSA PRIVATE KEY-----\nhunter2hunter2hunter2\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nhunter2hunter2hunter2 and then the log was cut",
    "eyJhbGciOiJIUzI1NiJ9.hunter2hunter2hunter2.c2lnbmF0dXJl",
)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_secret_is_masked_however_it_is_written(text: str) -> None:
    told = masked(f"before {text} after")
    assert SECRET not in told
    assert MASK in told
    assert told.startswith("before")


@pytest.mark.parametrize("text", WRITTEN)
def test_masking_again_finds_nothing_more(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "connect() failed (111: Connection refused) while connecting to upstream stock",
        "http://127.0.0.1:8080/orders?by=alice@example",
        "keep to the compass: north",
        "restarted with --no-token --verbose",
        "the author: nobody",
        "sk-short",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert masked(text) == text


def test_an_access_key_is_masked_by_its_shape_alone() -> None:
    assert masked("uses AKIAIOSFODNN7EXAMPLE for s3") == f"uses {MASK} for s3"


@given(
    name=st.sampled_from(["password", "Token", "API_KEY", "client-secret", "db_pwd"]),
    between=st.sampled_from(["=", ": ", " = ", '":"', "':'"]),
    secret=st.text("abcdefXYZ0123456789+/._-", min_size=12, max_size=40),
    around=st.text("ghijkl \n,;", max_size=20),
)
def test_no_named_secret_survives(name: str, between: str, secret: str, around: str) -> None:
    assert secret not in masked(f"{around} {name}{between}{secret} {around}")


@pytest.mark.parametrize(
    "piece", ["a", "a.", "token", "-pwd", 'pwd="', "a://a:", "eyJ-", "-----BEGIN A", "cookie "]
)
def test_the_work_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    """A line of a log is anybody's text; squared, this one would take hours."""
    text = piece * (200_000 // len(piece))
    assert len(masked(text)) > 0
