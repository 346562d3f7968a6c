"""Who may do what: gates, the authority fold, warrants. Pure."""
