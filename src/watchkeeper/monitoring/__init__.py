"""Pillar 1: from readings to alerts worth a look.

``cycle`` lists the steps top-down: ``gather`` → ``score`` (``static``, ``validity``) →
``correlate`` → ``precursor`` → ``fuse`` → ``deduplicate`` → ``enrich`` → ``route``. ``observe`` is
its pure half, ``memory`` what lasts from cycle to cycle (``roster``, ``presence``, ``track``),
``recall`` what the journal says; ``alert_fold`` and ``source_fold`` are how its streams add up.
``numbers`` holds the specification's.
"""
