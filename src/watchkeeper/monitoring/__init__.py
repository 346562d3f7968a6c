"""Pillar 1: from readings to alerts worth a look."""
