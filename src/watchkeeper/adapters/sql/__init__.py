"""The journal in a database file."""
