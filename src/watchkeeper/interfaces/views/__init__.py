"""What the journal's states look like from outside: the same for the command line and for HTTP."""
