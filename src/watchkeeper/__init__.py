"""Watchkeeper: keeps watch over servers within standing orders, and writes everything down."""
