"""A kill page that is not a file: what the pretend data centre's jobs watch."""


class SimulatedKillPage:
    """A latch in memory; it outlives the program under test as the file would."""

    def __init__(self) -> None:
        self._engaged = False

    def engaged(self) -> bool:
        """Whether it says stop."""
        return self._engaged

    def engage(self) -> None:
        """Say stop."""
        self._engaged = True

    def release(self) -> None:
        """Say go."""
        self._engaged = False
