"""This host: what is read without any other monitoring system.

- ``places``: which servers of the estate are this host
- ``processes``: the process table
- ``census``: whose processes live
- ``probe``: asking a service as its users do
- ``filesystems``: mounts and their space
- ``measurement``: processor, memory, disks and networks
- ``look``: one blocking look at all of it
- ``ring``: what was read lately
- ``source``: the metrics port
- ``inspector``: the inspector port
- ``discovery``: a first draft of the estate
"""
