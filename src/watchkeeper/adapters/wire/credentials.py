"""Secrets: read from a file or the environment at the moment they are needed, kept nowhere."""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

SECRET_LIMIT_BYTES = 65_536


class SecretUnreadable(Exception):
    """The file or variable that should hold a secret cannot be read; the message names it only."""


@dataclass(frozen=True, kw_only=True)
class FromFile:
    """The secret is a file's content without the line end, read anew each time: it may change."""

    path: Path

    def read(self) -> str:
        """The secret, or SecretUnreadable."""
        try:
            with self.path.open("rb") as file:
                content = file.read(SECRET_LIMIT_BYTES + 1)
        except OSError as error:
            reason = error.strerror or type(error).__name__
        else:
            return _checked(content, f"secret file {self.path}")
        raise SecretUnreadable(f"secret file {self.path}: {reason}")


@dataclass(frozen=True, kw_only=True)
class FromEnvironment:
    """The secret is an environment variable's value."""

    variable: str

    def read(self) -> str:
        """The secret, or SecretUnreadable."""
        value = os.environ.get(self.variable)
        if value is None:
            raise SecretUnreadable(f"environment variable {self.variable} is not set")
        return _checked(os.fsencode(value), f"environment variable {self.variable}")


Secret = FromFile | FromEnvironment


@dataclass(frozen=True, kw_only=True)
class Anonymous:
    """Nobody in particular."""

    def header(self) -> str | None:
        """No Authorization header."""
        return None


@dataclass(frozen=True, kw_only=True)
class Basic:
    """A name and a password (RFC 7617)."""

    username: str
    password: Secret

    def header(self) -> str | None:
        """The Authorization header, or SecretUnreadable."""
        pair = f"{self.username}:{self.password.read()}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """A token (RFC 6750)."""

    token: Secret

    def header(self) -> str | None:
        """The Authorization header, or SecretUnreadable."""
        return f"Bearer {self.token.read()}"


Credentials = Anonymous | Basic | Bearer
ANONYMOUS = Anonymous()


def _checked(content: bytes, whence: str) -> str:
    """One printable line, so that a wrong file never becomes a broken or forged header."""
    content = content.strip(b"\r\n")
    if not content:
        raise SecretUnreadable(f"{whence} is empty")
    if len(content) > SECRET_LIMIT_BYTES or not all(0x20 <= byte < 0x7F for byte in content):
        raise SecretUnreadable(f"{whence} is not one line of printable ASCII")
    return content.decode("ascii")
