"""Pillar 2: from an alert to a verified fix and its post-mortem."""
