"""What a gate answers: yes, ask, or no, always with the rule, the reason and what it saw."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Ruling(StrEnum):
    """The three answers, from mildest to strictest."""

    PERMITTED = "permitted"
    NEEDS_PERSON = "needs_person"
    REFUSED = "refused"


_STRICTNESS = {Ruling.PERMITTED: 0, Ruling.NEEDS_PERSON: 1, Ruling.REFUSED: 2}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One gate's answer.

    ``notify`` (permitted only): tell a person that it acts. ``passing`` (refused only): it is over
    soon by itself, so it is worth waiting for.
    """

    ruling: Ruling
    rule: str
    reason: str
    saw: tuple[tuple[str, str], ...] = ()
    notify: bool = False
    passing: bool = False

    @property
    def strictness(self) -> int:
        """For ``max``: a refusal outweighs a question, a question outweighs a permission."""
        return _STRICTNESS[self.ruling] * 2 + int(self.notify)


def permitted(rule: str, reason: str, **saw: object) -> Verdict:
    """This gate has nothing against it."""
    return _verdict(Ruling.PERMITTED, rule, reason, saw)


def permitted_notifying(rule: str, reason: str, **saw: object) -> Verdict:
    """This gate has nothing against it, as long as a person is told."""
    return replace(_verdict(Ruling.PERMITTED, rule, reason, saw), notify=True)


def needs_person(rule: str, reason: str, **saw: object) -> Verdict:
    """This gate wants a person to decide."""
    return _verdict(Ruling.NEEDS_PERSON, rule, reason, saw)


def refused(rule: str, reason: str, **saw: object) -> Verdict:
    """This gate says no, whoever asks."""
    return _verdict(Ruling.REFUSED, rule, reason, saw)


def refused_for_now(rule: str, reason: str, **saw: object) -> Verdict:
    """This gate says no to what will be over soon by itself."""
    return replace(_verdict(Ruling.REFUSED, rule, reason, saw), passing=True)


def _verdict(ruling: Ruling, rule: str, reason: str, saw: dict[str, object]) -> Verdict:
    inputs = tuple(sorted((name, str(value)) for name, value in saw.items()))
    return Verdict(ruling=ruling, rule=rule, reason=reason, saw=inputs)
