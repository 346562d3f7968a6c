"""Anything that takes an HTTP request: messages to people, and signs of life.

- ``notifier``: one message as JSON, by POST
- ``heartbeat``: a ping, as healthchecks and its like want it
"""
