"""The gates: each answers for itself, all answer, the strictest wins."""
