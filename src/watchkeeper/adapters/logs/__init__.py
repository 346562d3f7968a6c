"""Logs of this host's services: journald where it is, files elsewhere.

- ``stamps``: when a line was written
- ``tail``: the end of a file, within bounds
- ``journald``: a unit's messages
- ``source``: the logs port
"""
