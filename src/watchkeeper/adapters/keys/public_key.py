"""The public half of a key: whoever holds it can tell, and cannot sign."""

import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from watchkeeper.adapters.keys.key_file import KeyRefused, public_bytes

_SIGNATURE = re.compile(r"[0-9a-f]{128}")  # one spelling only: a signature has no twin


class PublicKey:
    """An Ed25519 public key; implements the ``SealCheck`` port."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    @classmethod
    def of(cls, pem: bytes) -> "PublicKey":
        """The key that a PEM text holds. Raises KeyRefused."""
        try:
            key = load_pem_public_key(pem)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise KeyRefused("this is not an Ed25519 public key in PEM")
        return cls(key)

    @classmethod
    def read(cls, path: Path) -> "PublicKey":
        """The key of a file. Raises KeyRefused."""
        try:
            return cls.of(public_bytes(path))
        except KeyRefused as refused:
            raise KeyRefused(f"{path}: {str(refused).removeprefix(f'{path}: ')}") from None

    def genuine(self, statement: str, signature: str) -> bool:
        """Whether exactly this statement was signed with the private half."""
        if not _SIGNATURE.fullmatch(signature):
            return False
        try:
            self._key.verify(bytes.fromhex(signature), statement.encode("utf-8", "surrogatepass"))
        except InvalidSignature:
            return False
        return True
