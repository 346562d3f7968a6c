"""Free text lies beside the entries, under a salted digest, and never with a secret in it."""

from dataclasses import replace

import pytest

from tests.contract.journal.store import Handle, Store
from tests.contract.journal.tally import AGENT, Added, added, begun
from watchkeeper.domain.blob import BlobAltered, blob_digest, sealed
from watchkeeper.domain.masking import MASK

TEXT = sealed("the upstream answers no more", b"0123456789abcdef")


async def test_a_text_is_written_with_the_entry_that_names_it(store: Store) -> None:
    journal = store.handle()
    [entry] = await journal.append(AGENT, (added("tally/a", text=TEXT.digest),), blobs=(TEXT,))
    assert entry.body == Added(amount=1, text=TEXT.digest)
    found = await store.handle().blob(TEXT.digest)
    assert found == TEXT
    assert found.text == "the upstream answers no more"


async def test_its_name_is_a_digest_with_salt(journal: Handle) -> None:
    other = sealed(TEXT.text, b"another salt....")
    await journal.append(AGENT, (), blobs=(TEXT, other))
    assert blob_digest(TEXT.salt, TEXT.content) == TEXT.digest != other.digest
    assert await journal.blob(other.digest) == other


async def test_what_was_never_written_is_nothing(journal: Handle) -> None:
    assert await journal.blob(TEXT.digest) is None


async def test_a_secret_never_reaches_the_store(store: Store) -> None:
    journal = store.handle()
    text = sealed("connecting to orders-db, password=hunter2 accepted", b"salt")
    await journal.append(AGENT, (added("tally/a", text=text.digest),), blobs=(text,))
    await journal.head()
    stored = store.everything()
    assert b"orders-db" in stored, "the text is looked for where it is"
    assert MASK.encode() in stored
    assert b"hunter2" not in stored


async def test_the_same_text_may_come_again(journal: Handle) -> None:
    for _ in range(2):
        await journal.append(AGENT, (added("tally/a", text=TEXT.digest),), blobs=(TEXT, TEXT))
    assert await journal.blob(TEXT.digest) == TEXT
    assert (await journal.head()).size == 2


async def test_a_text_that_is_not_what_its_name_says_is_refused(journal: Handle) -> None:
    altered = replace(TEXT, content=b"all is well")
    with pytest.raises(BlobAltered):
        await journal.append(AGENT, (begun("tally/a"),), blobs=(altered,))
    assert await journal.blob(TEXT.digest) is None
    assert (await journal.head()).size == 0


async def test_a_text_that_was_altered_in_the_store_is_not_handed_out(store: Store) -> None:
    journal = store.handle()
    await journal.append(AGENT, (), blobs=(TEXT,))
    store.alter(TEXT.digest, b"all is well")
    with pytest.raises(BlobAltered):
        await journal.blob(TEXT.digest)
