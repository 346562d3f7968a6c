"""What is wrong with a runbook, for the person who wrote it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """One thing to mend: in which file, by which rule, and what to do."""

    file: str
    rule: str
    message: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.file}: {self.message} [{self.rule}]"
