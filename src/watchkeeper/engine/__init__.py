"""The durable loop: it knows no pillar."""
