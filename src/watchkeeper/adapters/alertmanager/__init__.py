"""An Alertmanager, as whoever notices that the watch is kept no more.

- ``heartbeat``: the always-firing ``Watchdog`` alert
"""
