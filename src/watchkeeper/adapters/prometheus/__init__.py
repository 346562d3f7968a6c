"""Prometheus, and what speaks its query language and API: VictoriaMetrics, Thanos, Mimir.

- ``queries``: the catalogue as PromQL over node_exporter's and blackbox_exporter's names
- ``answers``: what comes back, as numbers
- ``naming``: whose an instance is
- ``ranges``: one long question as several bounded ones
- ``chart``: a history as it is put together
- ``interface``: the two questions of the API
- ``source``: the metrics port
"""
