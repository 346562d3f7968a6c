"""Whatever is said, by whomever, in any order: a state arises, is kept, and is read back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.values import values
from tests.unit.governance.scene import NOON
from tests.unit.ledger import Ledger
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.entry import KINDS, Actor, ActorKind, AnyFold, Body, Draft
from watchkeeper.domain.events.actions import ActionClosed
from watchkeeper.domain.events.changes import ChangeRecordClosed
from watchkeeper.domain.events.incidents import IncidentClosed

PERSON = Actor(kind=ActorKind.PERSON, name="alice")  # may say everything
AGENT = Actor(kind=ActorKind.AGENT, name="incidents")
SPOKEN = [kind for kind in KINDS.values() if kind.__module__.startswith("watchkeeper.")]
# The others begin again, or never end.
ENDS = {"action": ActionClosed, "incident": IncidentClosed, "change": ChangeRecordClosed}

TOLD_IN = {
    "action": "actions",
    "incident": "incidents",
    "change": "changes",
    "alert": "alerts",
    "source": "sources",
    "event": "sources",
    "authority": "authority",
    "estate": "estate",
}


def words_of(fold: AnyFold) -> st.SearchStrategy[Body]:
    """Words that are said in such streams, and now and then any other."""
    own = [kind for kind in SPOKEN if kind.__module__.endswith(f".{TOLD_IN[fold.prefix]}")]
    return st.sampled_from([*own * 4, *SPOKEN]).flatmap(values)


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.prefix)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_no_order_of_words_breaks_a_fold_and_what_is_closed_stays_as_it_was(
    fold: AnyFold, data: st.DataObject
) -> None:
    ledger, stream = Ledger(), f"{fold.prefix}/1"
    words = st.lists(words_of(fold), max_size=8)
    end = data.draw(values(ENDS[fold.prefix])) if fold.prefix in ENDS else None
    for body in (*data.draw(words), *([end] if end else []), *data.draw(words)):
        before = ledger.state(stream)
        speaker = data.draw(st.sampled_from(sorted(body.said_by)))
        by = Actor(kind=speaker, name="somebody")
        ledger.append(by, (Draft(stream=stream, body=body),), NOON)
        if before is not None and not before.open and fold.prefix in ENDS:
            assert not ledger.state(stream).open
            assert fold.prefix == "change" or ledger.state(stream) == before
