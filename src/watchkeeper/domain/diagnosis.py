"""A diagnosis: ranked hypotheses that cite evidence, and a confidence with its parts."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """A possible cause. ``path`` runs from the cause to the symptom, cause first."""

    cause: str  # a configuration item
    part: str = ""  # the mount or device, where the cause is a part of the item
    incident_type: str
    score: float  # 0–1, comparable within one diagnosis only
    path: tuple[str, ...]
    cites: tuple[str, ...]  # evidence ids
    claim: str = ""  # digest of the blob that says it in a sentence


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """Where the number comes from: the product of its parts, capped. Basis points throughout."""

    margin: int  # how far the first hypothesis stands above its rivals
    grounding: int  # share of its claims that cite evidence which supports them
    completeness: int  # share of the evidence asked for that could be had
    raw: int  # the product
    cap: int
    stated: int  # min(raw, cap): what the gates see
    outcomes: int = 0  # labelled outcomes of this incident class so far
    granted: bool = False


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Ranked hypotheses, best first; none: no cause found, which is an answer."""

    reasoner: str
    hypotheses: tuple[Hypothesis, ...]
    missing: tuple[str, ...] = ()  # evidence ids that were unavailable
