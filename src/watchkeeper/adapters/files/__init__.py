"""What lies in files: runbooks, playbooks, the estate."""
