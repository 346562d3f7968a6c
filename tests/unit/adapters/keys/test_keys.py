"""Key files: private ones are the owner's alone, and a signature is for exactly one statement."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.adapters.keys.key_file import KeyRefused
from watchkeeper.adapters.keys.pair import Pair
from watchkeeper.adapters.keys.public_key import PublicKey
from watchkeeper.adapters.keys.signing_key import SigningKey

KEY = SigningKey.of(b"0123456789abcdef0123456789abcdef")
STATEMENT = "watchkeeper warrant 1 abc"


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(private=tmp_path / "authority.key", public=tmp_path / "authority.pub")


def test_a_pair_is_made_once_and_stays(pair: Pair) -> None:
    signature = pair.made().sign(STATEMENT)
    assert pair.check().genuine(STATEMENT, signature)
    assert pair.made().sign(STATEMENT) == signature
    assert pair.private.stat().st_mode & 0o777 == 0o600
    assert pair.public.stat().st_mode & 0o777 == 0o644


def test_two_installations_have_two_keys(tmp_path: Path, pair: Pair) -> None:
    other = Pair(private=tmp_path / "other.key", public=tmp_path / "other.pub")
    assert not pair_check(pair).genuine(STATEMENT, other.made().sign(STATEMENT))


def pair_check(pair: Pair) -> PublicKey:
    pair.made()
    return pair.check()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_private_key_that_others_may_use_is_refused(pair: Pair, mode: int) -> None:
    pair.made()
    pair.private.chmod(mode)
    with pytest.raises(KeyRefused, match="chmod 600"):
        pair.made()


@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_a_public_key_that_others_may_replace_is_refused(pair: Pair, mode: int) -> None:
    pair.made()
    pair.public.chmod(mode)
    with pytest.raises(KeyRefused, match="chmod 644"):
        pair.check()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_private_key_of_another_user_is_refused(pair: Pair) -> None:
    pair.made()
    os.chown(pair.private, 60_001, 60_001)
    with pytest.raises(KeyRefused, match="another user"):
        pair.made()


def test_a_link_is_no_key(tmp_path: Path, pair: Pair) -> None:
    KEY.keep(tmp_path / "real.key")
    pair.private.symlink_to(tmp_path / "real.key")
    with pytest.raises(KeyRefused):
        pair.made()


def test_a_lost_private_key_is_not_made_anew_behind_anybody_s_back(pair: Pair) -> None:
    pair.made()
    pair.private.unlink()
    with pytest.raises(KeyRefused, match="is gone"):
        pair.made()


def test_a_lost_public_half_comes_back(pair: Pair) -> None:
    pair.made()
    kept = pair.public.read_bytes()
    pair.public.unlink()
    pair.made()
    assert pair.public.read_bytes() == kept


def test_a_public_half_of_another_key_is_found_out(pair: Pair) -> None:
    pair.made()
    pair.public.write_bytes(KEY.public_pem())
    with pytest.raises(KeyRefused, match="not the public half"):
        pair.made()


@pytest.mark.parametrize("content", [b"", b"no key at all", KEY.public_pem()])
def test_what_is_no_private_key_is_refused_and_not_shown(pair: Pair, content: bytes) -> None:
    pair.private.write_bytes(content)
    pair.private.chmod(0o600)
    with pytest.raises(KeyRefused) as refused:
        pair.made()
    assert str(pair.private) in str(refused.value)
    assert "no key at all" not in str(refused.value)


def test_what_is_no_public_key_is_refused(pair: Pair) -> None:
    pair.public.write_bytes(b"no key at all")
    with pytest.raises(KeyRefused, match=r"authority\.pub: this is not an Ed25519 public key"):
        pair.check()


def test_a_key_does_not_show_itself() -> None:
    assert "0123456789abcdef" not in repr(KEY)


@given(st.text(), st.text())
def test_a_signature_is_for_exactly_its_statement(statement: str, other: str) -> None:
    signature = KEY.sign(statement)
    assert KEY.check().genuine(statement, signature)
    assert KEY.check().genuine(other, signature) == (other == statement)


@given(st.text())
def test_whatever_else_is_offered_is_not_genuine(signature: str) -> None:
    assert not KEY.check().genuine(STATEMENT, signature)


def test_a_signature_has_one_spelling() -> None:
    signature = KEY.sign(STATEMENT)
    assert KEY.check().genuine(STATEMENT, signature)
    for other in (signature.upper(), signature + "\n", f" {signature}", f"{signature}00"):
        assert not KEY.check().genuine(STATEMENT, other)
