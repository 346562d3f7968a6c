"""A ledger of spent warrants in memory: for simulation, where a crash leaves it as it is."""

from dataclasses import dataclass, field


@dataclass
class MemoryLedger:
    """Implements the ``Ledger`` port."""

    marks: dict[str, str] = field(default_factory=dict)  # warrant → digest
    counted: int = 0

    async def count_up(self) -> int:
        """One more than ever before."""
        self.counted += 1
        return self.counted

    async def mark(self, warrant: str, digest: str) -> bool:
        """Write it down, once."""
        if warrant in self.marks:
            return False
        self.marks[warrant] = digest
        return True
