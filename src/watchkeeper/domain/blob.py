"""Free text lives beside the journal: the entry holds only a salted digest of it.

Erasing the text later leaves every proof standing, and the salt keeps short texts from being
guessed from their digest.
"""

import hashlib
from dataclasses import dataclass

from watchkeeper.domain.masking import masked

SALT_BYTES = 16
TEXT_LIMIT_BYTES = 1_048_576  # one text; longer ones are cut, and say so


class BlobAltered(ValueError):
    """A stored text no longer matches the digest that its entry holds."""


@dataclass(frozen=True, kw_only=True)
class Blob:
    """A text, its salt, and the digest by which entries name it."""

    digest: str
    salt: bytes
    content: bytes

    @property
    def text(self) -> str:
        """The text."""
        return self.content.decode("utf-8", "replace")


def blob_digest(salt: bytes, content: bytes) -> str:
    """SHA-256(salt‖content), hexadecimal."""
    return hashlib.sha256(salt + content).hexdigest()


def sealed(text: str, salt: bytes) -> Blob:
    """A text ready to be stored: secrets masked, cut to the limit, digested.

    What lies beyond the limit is not even looked at: a huge text costs no more than a long one.
    """
    head, rest = text[:TEXT_LIMIT_BYTES], text[TEXT_LIMIT_BYTES:]
    content = masked(head).encode("utf-8", "replace")
    more = len(content[TEXT_LIMIT_BYTES:]) + len(rest.encode("utf-8", "replace"))
    if more:
        content = content[:TEXT_LIMIT_BYTES] + f"\n[cut: {more} bytes more]".encode()
    return Blob(digest=blob_digest(salt, content), salt=salt, content=content)


def opened(blob: Blob) -> str:
    """The text of a stored blob, or BlobAltered."""
    if blob_digest(blob.salt, blob.content) != blob.digest:
        raise BlobAltered(f"text {blob.digest[:12]}… does not match its digest")
    return blob.text
