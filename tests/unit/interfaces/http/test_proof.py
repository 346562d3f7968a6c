"""Who is posting: tokens, signatures, both; and secrets that nobody shares."""

from pathlib import Path

import pytest

from tests.unit.interfaces.standing import NOW
from watchkeeper.bootstrap.settings import SettingsRefused, load_settings
from watchkeeper.domain.estate import Server
from watchkeeper.interfaces.http.doors import voices_of
from watchkeeper.interfaces.http.problem import Refused
from watchkeeper.interfaces.http.proof import Voice, bearer, proven, same, signature_of

BODY = b'{"version":"4"}'
STRICT = Voice(name="strict", token=b"token", key=b"key", targets=frozenset({"web-1"}))


def headers(token: str = "", key: bytes = b"") -> dict[str, str]:
    made = {"authorization": f"Bearer {token}"} if token else {}
    if key:
        made["x-watchkeeper-signature"] = signature_of(key, BODY, NOW)
    return made


def test_with_both_configured_both_are_needed() -> None:
    assert proven((STRICT,), headers("token", b"key"), BODY, NOW) is STRICT
    for half in (headers("token"), headers(key=b"key"), headers("token", b"other")):
        with pytest.raises(Refused):
            proven((STRICT,), half, BODY, NOW)


def test_a_signature_is_over_this_body() -> None:
    with pytest.raises(Refused):
        proven((STRICT,), headers("token", b"key"), BODY + b" ", NOW)


@pytest.mark.parametrize(
    "signature",
    ["", "v1=", "t=,v1=", "t=x,v1=y", "t=-1,v1=00", "t=99999999999999999999,v1=00", "t=٣,v1=0",
     "=,=,=", "t=1=2,v1", "," * 600],
)  # fmt: skip
def test_a_broken_signature_is_just_no_signature(signature: str) -> None:
    given = {"authorization": "Bearer token", "x-watchkeeper-signature": signature}
    with pytest.raises(Refused) as refused:
        proven((STRICT,), given, BODY, NOW)
    assert refused.value.status == 401


def test_nobody_is_proven_where_nobody_is_configured() -> None:
    for given in ({}, headers("x"), headers(key=b"x")):
        with pytest.raises(Refused):
            proven((), given, BODY, NOW)
    with pytest.raises(Refused):
        proven((Voice(name="mute"),), {}, BODY, NOW)


def test_nothing_equals_nothing() -> None:
    assert not same(b"", b"")
    assert same(b"a", b"a")
    assert not same(b"a", b"b")


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer a", b"a"), ("bearer  a ", b"a"), ("Basic a", b""), ("a", b""), ("", b"")],
)
def test_a_bearer_token_is_read_from_its_header(header: str, token: bytes) -> None:
    assert bearer({"authorization": header}) == token


def test_a_source_speaks_for_its_class_or_its_targets() -> None:
    by_class = Voice(name="a", token=b"t", server_class="web")
    assert by_class.speaks_for(Server(name="any", server_class="web"))
    assert not by_class.speaks_for(Server(name="web"))
    assert STRICT.speaks_for(Server(name="web-1"))
    assert not STRICT.speaks_for(Server(name="web-2"))


def test_two_sources_may_not_share_a_secret(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text("the same\n")
    file = tmp_path / "watchkeeper.yaml"
    file.write_text(
        "alert_sources:\n"
        "  - {name: a, token_file: one, targets: [x]}\n"
        "  - {name: b, token_file: two, class: web}\n"
    )
    settings = load_settings(file)
    with pytest.raises(SettingsRefused, match="a and b have the same secret"):
        voices_of(settings.alert_sources)
    (tmp_path / "two").write_text("another\n")
    assert [voice.token for voice in voices_of(settings.alert_sources)] == [b"the same", b"another"]
