"""The proving ground: the pretend estate under real faults."""
