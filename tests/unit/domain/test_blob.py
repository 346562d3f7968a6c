from dataclasses import replace

import pytest

from watchkeeper.domain.blob import TEXT_LIMIT_BYTES, BlobAltered, blob_digest, opened, sealed
from watchkeeper.domain.masking import MASK

SALT = b"0123456789abcdef"


def test_a_text_is_read_back_as_it_was_written() -> None:
    assert opened(sealed("σ above 2.8 …", SALT)) == "σ above 2.8 …"


def test_its_name_depends_on_the_salt_so_that_a_short_text_cannot_be_guessed() -> None:
    one, other = sealed("yes", SALT), sealed("yes", b"another salt....")
    assert one.digest != other.digest
    assert one.digest == blob_digest(SALT, b"yes")


def test_a_secret_is_gone_before_the_text_is_digested() -> None:
    blob = sealed("password=hunter2", SALT)
    assert b"hunter2" not in blob.content
    assert blob.text == f"password={MASK}"
    assert blob.digest == blob_digest(SALT, blob.content)


def test_a_text_at_the_limit_is_whole_and_one_more_byte_is_cut_and_said() -> None:
    assert sealed("x" * TEXT_LIMIT_BYTES, SALT).text == "x" * TEXT_LIMIT_BYTES
    cut = sealed("x" * (TEXT_LIMIT_BYTES + 7), SALT).text
    assert cut == "x" * TEXT_LIMIT_BYTES + "\n[cut: 7 bytes more]"


def test_a_text_of_wide_characters_is_cut_by_bytes() -> None:
    blob = sealed("σ" * TEXT_LIMIT_BYTES, SALT)
    assert blob.content.endswith(f"[cut: {TEXT_LIMIT_BYTES} bytes more]".encode())
    assert len(blob.content) < TEXT_LIMIT_BYTES + 100


def test_a_changed_text_is_not_read() -> None:
    blob = sealed("the service answered", SALT)
    with pytest.raises(BlobAltered):
        opened(replace(blob, content=b"the service did not answer"))
