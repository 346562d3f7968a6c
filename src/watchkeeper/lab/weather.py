"""What the ports suffer, drawn by a seed: calm on some days, everything at once on others."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Mishap(StrEnum):
    """What can happen to one call of a port."""

    LATE = "late"  # the answer takes seconds
    LOST = "lost"  # the call never arrives
    TWICE = "twice"  # the call arrives twice
    REORDERED = "reordered"  # the answer's parts come in another order
    HALF = "half"  # a part of the answer is missing
    DONE_BUT_ERROR = "done_but_error"  # it happened, and the caller hears an error


LONGEST_USUAL_SECONDS = 0.05
LONGEST_LATE_SECONDS = 20.0
SHARE_OF_BREATHS = 0.5
SHARE_OF_WAITS = 0.1


@dataclass(kw_only=True)
class Weather:
    """Decides about every call. From ``calm_from`` (virtual seconds) on nothing goes wrong.

    ``rates`` says how likely each mishap is, 0–1; their sum is at most 1.
    """

    chance: random.Random
    rates: dict[Mishap, float] = field(default_factory=dict)
    calm_from: float = float("inf")
    outages: dict[str, tuple[float, float]] = field(default_factory=dict)  # port → from, to
    counts: Counter[str] = field(default_factory=Counter)  # "metrics late" → how often

    def strikes(self, port: str, able: frozenset[Mishap]) -> Mishap | None:
        """What happens to this call of a port that can suffer ``able``; None: nothing."""
        drawn = self.chance.random()
        if asyncio.get_running_loop().time() >= self.calm_from:
            return None
        for mishap, rate in self.rates.items():
            if drawn < rate:
                if mishap not in able:
                    return None
                self.counts[f"{port} {mishap}"] += 1
                return mishap
            drawn -= rate
        return None

    def dark(self, port: str) -> bool:
        """Whether nothing at all comes through to this port now."""
        start, end = self.outages.get(port, (0.0, 0.0))
        return start <= asyncio.get_running_loop().time() < end

    async def pause(self, mishap: Mishap | None = None) -> None:
        """The way of a call or of its answer; anything may happen meanwhile."""
        longest = LONGEST_LATE_SECONDS if mishap is Mishap.LATE else LONGEST_USUAL_SECONDS
        await asyncio.sleep(self.chance.random() * longest)

    async def breath(self) -> None:
        """A short way: often others get their turn meanwhile, sometimes a little time passes."""
        drawn = self.chance.random()
        if drawn < SHARE_OF_BREATHS:
            await asyncio.sleep(0 if drawn > SHARE_OF_WAITS else self.chance.random() * 0.01)


def calm(seed: str) -> Weather:
    """A day on which calls take a moment, and that is all."""
    return Weather(chance=random.Random(seed))  # noqa: S311 - repeatable on purpose


def drawn_weather(chance: random.Random, calm_from: float) -> Weather:
    """A seed's weather: some mishaps never, others seldom or often, so each is seen alone too."""
    rates = {
        mishap: chance.choice((0.0, 0.01, 0.05, 0.12)) for mishap in Mishap if chance.random() < 0.7
    }
    return Weather(chance=chance, rates=rates, calm_from=calm_from)
