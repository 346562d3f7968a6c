"""Ansible on this host: playbooks of the library, run by a detached wrapper.

``automation`` launches, finds and cancels; ``job_directory`` is where a job lives and the
executor's own ledger of spent warrants; ``order`` is what a wrapper is told. ``wrapper`` is the
detached process: ``boundary`` answers before every task and holds the time limit, ``play`` runs
ansible-runner, ``tally`` counts what it tells, ``descent`` ends a process tree.
``callbacks/step_boundary.py`` is loaded by ansible itself.
"""
