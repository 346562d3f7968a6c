"""Other servers, looked at by ssh with keys that may do nothing else.

``inspector`` answers the inspector port; ``ask`` runs one read-only command, for a ``looker``;
``process_list`` reads what a server tells of its processes.
"""
