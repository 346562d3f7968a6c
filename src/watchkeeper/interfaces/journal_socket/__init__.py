"""The journal for other processes of this installation, over a Unix socket.

`speakers`  which user may speak as whom
`calls`     one call of the port, carried out
`server`    listens
"""
