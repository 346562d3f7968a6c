"""How people and programs talk to it."""
