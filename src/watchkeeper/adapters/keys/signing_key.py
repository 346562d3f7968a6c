"""The private half of a key: whoever holds it can sign."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from watchkeeper.adapters.keys.key_file import PRIVATE, KeyRefused, private_bytes, written
from watchkeeper.adapters.keys.public_key import PublicKey


class SigningKey:
    """An Ed25519 key; implements the ``Seal`` port. It never shows itself in a repr or an error."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def new(cls) -> "SigningKey":
        """A key that nobody has seen."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, seed: bytes) -> "SigningKey":
        """The key that 32 bytes are: for what is pretended, and for tests."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def read(cls, path: Path) -> "SigningKey":
        """The key of a file. Raises KeyRefused."""
        try:
            key = load_pem_private_key(private_bytes(path), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyRefused(f"{path}: is not an Ed25519 private key in PEM")
        return cls(key)

    def keep(self, path: Path) -> None:
        """Write it to a new file that only its owner can read. Raises KeyRefused."""
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        written(path, pem, PRIVATE)

    def check(self) -> PublicKey:
        """Its public half."""
        return PublicKey(self._key.public_key())

    def public_pem(self) -> bytes:
        """Its public half."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, statement: str) -> str:
        """A signature, in hexadecimal."""
        return self._key.sign(statement.encode()).hex()
