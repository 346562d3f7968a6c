"""Confidence inside is a whole number of basis points: exact, comparable, hashable."""

WHOLE = 10_000

ACT = 8_500  # above: act; spec: confidence gates
NOTIFY = 6_500  # from here to ACT: act and notify; below: ask a person; spec: confidence gates

CAP_UNPROVEN = 6_400  # fewer than 50 labelled outcomes and no grant: ask a person
CAP_GRANTED = 8_400  # fewer than 50 labelled outcomes but granted: act and notify at most
OUTCOMES_TO_PROVE = 50  # labelled outcomes of an incident class before its caps fall


def from_ratio(ratio: float) -> int:
    """A ratio of 0–1 as basis points, rounded down so that no gate opens by rounding.

    What is no number (NaN) is worth nothing.
    """
    return int(min(max(0.0, ratio), 1.0) * WHOLE)


def as_ratio(points: int) -> float:
    """Basis points as a ratio of 0–1."""
    return points / WHOLE
