"""The authority's two key files, made once in the life of an installation."""

from dataclasses import dataclass
from pathlib import Path

from watchkeeper.adapters.keys.key_file import PUBLIC, KeyRefused, public_bytes, written
from watchkeeper.adapters.keys.public_key import PublicKey
from watchkeeper.adapters.keys.signing_key import SigningKey


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A private key and its public half, each in its file."""

    private: Path
    public: Path

    def made(self) -> SigningKey:
        """The key; made when neither file is there. Raises KeyRefused.

        A private key without its public half gets it back. A public half without its private key
        is left alone: a new key would make every signature of the old one look forged.
        """
        if not self.private.exists():
            if self.public.exists():
                raise KeyRefused(f"{self.private}: is gone; put it back, or remove {self.public}")
            SigningKey.new().keep(self.private)
        key = SigningKey.read(self.private)
        if not self.public.exists():
            written(self.public, key.public_pem(), PUBLIC)
        if public_bytes(self.public) != key.public_pem():
            raise KeyRefused(f"{self.public}: is not the public half of {self.private}")
        return key

    def check(self) -> PublicKey:
        """The public half. Raises KeyRefused."""
        return PublicKey.read(self.public)
