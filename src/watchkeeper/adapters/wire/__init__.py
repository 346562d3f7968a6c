"""What every adapter that speaks HTTP leans on.

- ``endpoint``: where a system is and how it is spoken to
- ``credentials``: secrets that are read when they are needed and shown to nobody
- ``client``: one bounded question, one bounded answer
- ``failures``: how the wire fails, in the words of the ports
- ``text``: untrusted text made harmless
"""
