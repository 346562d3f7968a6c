"""The signed list of what an executor may run, by server class.

An administrator signs it with a key that neither the agents nor the authority hold, so a valid
warrant for anything else is refused all the same. The file has two lines:

- the signature, in hexadecimal, over ``watchkeeper templates 1 <SHA-256 of the second line>``;
- JSON: ``{"serial": 3, "classes": {"web": {"restart-service": "<digest>"}}}``.

``serial`` grows with every signing. The newest that was seen is kept beside the executor's ledger,
and a list with a lower one is an old list that somebody put back.
"""

import hashlib
import os
from pathlib import Path

import msgspec

from watchkeeper.adapters.keys.key_file import KeyRefused, public_bytes
from watchkeeper.domain.job import JobTemplate
from watchkeeper.ports.seal import Seal, SealCheck


class ListRefused(Exception):
    """The list of templates cannot be believed: nothing may run. The message says what to do."""


class TemplateList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By server class: the templates that may run there, each with its digest."""

    serial: int
    classes: dict[str, dict[str, str]]

    def allows(self, server_class: str, template: JobTemplate) -> bool:
        """Whether exactly this template may run on a server of that class."""
        return self.classes.get(server_class, {}).get(template.name) == template.digest

    def with_templates(
        self, server_class: str, templates: tuple[JobTemplate, ...]
    ) -> "TemplateList":
        """The next list, which allows these as well."""
        named = {each.name: each.digest for each in templates}
        allowed = {**self.classes.get(server_class, {}), **named}
        return TemplateList(serial=self.serial + 1, classes={**self.classes, server_class: allowed})


NOTHING = TemplateList(serial=0, classes={})


def signed(templates: TemplateList, seal: Seal) -> bytes:
    """The list as its file."""
    content = msgspec.json.encode(templates, order="sorted")
    return seal.sign(_statement(content)).encode() + b"\n" + content + b"\n"


def believed(file: bytes, check: SealCheck, seen: int) -> TemplateList:
    """The list that a file holds. Raises ListRefused when it is unsigned, altered or an old one."""
    signature, _, rest = file.partition(b"\n")
    content = rest.removesuffix(b"\n")
    if not check.genuine(_statement(content), signature.decode("ascii", "replace")):
        raise ListRefused("it is not signed by the administrator's key; sign it again")
    try:
        templates = msgspec.json.decode(content, type=TemplateList)
    except msgspec.MsgspecError as error:
        raise ListRefused(f"it cannot be read: {error}") from None
    if templates.serial < seen:
        raise ListRefused(f"serial {templates.serial} is older than {seen}, which was in force")
    return templates


class TemplateListFile:
    """The list where the executor reads it, and the newest serial that it has seen."""

    def __init__(self, path: Path, check: SealCheck, newest: Path) -> None:
        self._path = path
        self._check = check
        self._newest = newest

    def read(self) -> TemplateList:
        """The list in force, looked at anew. Raises ListRefused."""
        try:
            seen = int(self._newest.read_text()) if self._newest.exists() else 0
            templates = believed(public_bytes(self._path), self._check, seen)
            if templates.serial > seen:
                self._remember(templates.serial)
        except (KeyRefused, ListRefused) as refused:
            raise ListRefused(f"{self._path}: {refused}") from None
        except (OSError, ValueError) as error:
            raise ListRefused(f"{self._newest}: cannot be used: {type(error).__name__}") from None
        return templates

    def _remember(self, serial: int) -> None:
        aside = self._newest.with_name(f".{self._newest.name}.{os.getpid()}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{serial}\n")
            file.flush()
            os.fsync(handle)
        aside.replace(self._newest)


def _statement(content: bytes) -> str:
    return f"watchkeeper templates 1 {hashlib.sha256(content).hexdigest()}"
