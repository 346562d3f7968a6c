"""Other hosts, as network namespaces of this one: each with its own sshd, users and sudoers."""
