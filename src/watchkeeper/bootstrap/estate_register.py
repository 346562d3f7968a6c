"""The estate in force, written down: an entry where it changed, its roll beside the journal."""

import asyncio
import hashlib
from collections import Counter
from pathlib import Path

import structlog

from watchkeeper.adapters.files.estate import estate_digest
from watchkeeper.bootstrap.data_directory import write_private
from watchkeeper.bootstrap.running import EstateCounts
from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.estate import UNCLASSIFIED
from watchkeeper.domain.events.estate import ESTATE, EstateAdopted
from watchkeeper.knowledge.estate_fold import EstateState
from watchkeeper.knowledge.reconciliation import Reconciled
from watchkeeper.knowledge.roll import Roll, differences, read_roll, roll_of, roll_text
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal

log = structlog.get_logger()

ROLL = "estate.roll"  # in the data directory: the names of the estate that is in force
ENGINE = Actor(kind=ActorKind.SYSTEM, name="engine")


async def adopted(
    journal: Journal, identifiers: Identifiers, folder: Path, found: Reconciled
) -> EstateAdopted | None:
    """Write down that this estate is in force; None where the same one was before.

    The roll is laid down first: after a crash in between the entry is written at the next start.
    """
    before = await state_of(journal)
    digest = await asyncio.to_thread(estate_digest, found.estate)
    if before.digest == digest:
        return None
    salt = identifiers.salt()
    said, blob, text = await asyncio.to_thread(_said, found, digest, before.roll, folder, salt)
    await asyncio.to_thread(_keep, folder / ROLL, text)
    await journal.append(ENGINE, (Draft(stream=ESTATE, body=said),), (blob,))
    log.info("estate_adopted", digest=digest[:12], servers=said.servers, services=said.services)
    return said


def _said(
    found: Reconciled, digest: str, before: str, folder: Path, salt: bytes
) -> tuple[EstateAdopted, Blob, str]:
    """The entry, the text of what changed, and the roll. O(items)."""
    roll = roll_of(found.estate)
    changes = tuple(differences(kept_roll(folder, before) or {}, roll))
    text = roll_text(roll)
    blob = sealed("".join(f"{c.kind} {c.item}: {c.words}\n" for c in changes), salt)
    kinds, counts = Counter(change.kind for change in changes), estate_counts(found)
    said = EstateAdopted(
        digest=digest,
        roll=hashlib.sha256(text.encode()).hexdigest(),
        servers=counts.servers,
        services=counts.services,
        unclassified=counts.unclassified,
        appeared=kinds[DriftKind.APPEARED],
        disappeared=kinds[DriftKind.DISAPPEARED],
        changed=kinds[DriftKind.CHANGED],
        drift=len(found.drift),
        changes=blob.digest,
    )
    return said, blob, text


def estate_counts(found: Reconciled) -> EstateCounts:
    """The estate, counted."""
    return EstateCounts(
        servers=len(found.estate.servers),
        services=len(found.estate.services),
        unclassified=sum(s.server_class == UNCLASSIFIED for s in found.estate.servers),
        drift=Counter(drift.kind for drift in found.drift),
    )


async def state_of(journal: Journal) -> EstateState:
    """The estate as the journal has it."""
    held = await journal.held(ESTATE)
    state: EstateState | None = held.state if held and held.readable else None
    return state or EstateState()


def kept_roll(folder: Path, digest: str) -> Roll | None:
    """The names of the estate in force; None where they are not there, or not as journalled."""
    try:
        text = (folder / ROLL).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return read_roll(text) if hashlib.sha256(text.encode()).hexdigest() == digest else None


def _keep(path: Path, text: str) -> None:
    """The whole file or the one before, and nobody else's to read."""
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    write_private(aside, text)
    aside.replace(path)
