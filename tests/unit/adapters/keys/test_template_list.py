"""The signed list: what is not in it for the class may not run, and an old list is found out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.adapters.keys.signing_key import SigningKey
from watchkeeper.adapters.keys.template_list import (
    NOTHING,
    ListRefused,
    TemplateListFile,
    believed,
    signed,
)
from watchkeeper.domain.job import JobTemplate

ADMINISTRATOR = SigningKey.of(b"the administrator's key, 32 byte")
AUTHORITY = SigningKey.of(b"the authority's key, thirty-two.")
RESTART = JobTemplate(name="restart-service", digest="d" * 64)
FIRST = NOTHING.with_templates("web", (RESTART,))
FILE = signed(FIRST, ADMINISTRATOR)


def test_only_what_is_listed_for_the_class_may_run() -> None:
    templates = believed(FILE, ADMINISTRATOR.check(), seen=0)
    assert templates.allows("web", RESTART)
    assert not templates.allows("database", RESTART)
    assert not templates.allows("web", JobTemplate(name=RESTART.name, digest="e" * 64))
    assert not templates.allows("web", JobTemplate(name="other", digest=RESTART.digest))


def test_a_next_list_keeps_what_was_allowed_and_has_a_higher_serial() -> None:
    second = FIRST.with_templates("database", (RESTART,))
    assert second.serial == FIRST.serial + 1
    assert second.allows("web", RESTART)
    assert second.allows("database", RESTART)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        FILE.partition(b"\n")[2],
        FILE.replace(b'"web"', b'"all"'),
        FILE.replace(b"dddd", b"eeee", 1),
        signed(FIRST, AUTHORITY),
        ADMINISTRATOR.sign("watchkeeper warrant 1 abc").encode() + b"\n" + FILE.partition(b"\n")[2],
    ],
    ids=["empty", "unsigned", "other class", "other digest", "authority's key", "a warrant's"],
)
def test_what_the_administrator_did_not_sign_is_refused(file: bytes) -> None:
    with pytest.raises(ListRefused, match="not signed by the administrator"):
        believed(file, ADMINISTRATOR.check(), seen=0)


@given(st.integers(0, len(FILE) - 2), st.integers(1, 255))
def test_a_changed_byte_is_found_out(where: int, by: int) -> None:
    altered = bytearray(FILE)
    altered[where] ^= by
    with pytest.raises(ListRefused):
        believed(bytes(altered), ADMINISTRATOR.check(), seen=0)


def test_an_old_list_that_is_put_back_is_refused(tmp_path: Path) -> None:
    path, newest = tmp_path / "templates.signed", tmp_path / "newest"
    path.write_bytes(signed(FIRST.with_templates("database", (RESTART,)), ADMINISTRATOR))
    path.chmod(0o644)
    assert TemplateListFile(path, ADMINISTRATOR.check(), newest).read().serial == 2
    path.write_bytes(FILE)
    with pytest.raises(ListRefused, match="serial 1 is older than 2"):
        TemplateListFile(path, ADMINISTRATOR.check(), newest).read()


@pytest.mark.parametrize("spoilt", ["missing", "open to all", "no serial"])
def test_a_list_that_cannot_be_trusted_lets_nothing_run(tmp_path: Path, spoilt: str) -> None:
    path, newest = tmp_path / "templates.signed", tmp_path / "newest"
    file = TemplateListFile(path, ADMINISTRATOR.check(), newest)
    path.write_bytes(FILE)
    path.chmod(0o644)
    assert file.read() == FIRST
    match spoilt:
        case "missing":
            path.unlink()
        case "open to all":
            path.chmod(0o666)
        case _:
            newest.write_text("no number")
    with pytest.raises(ListRefused):
        file.read()
