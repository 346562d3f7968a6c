"""Pillar 3: from an advisory to a patched fleet."""
