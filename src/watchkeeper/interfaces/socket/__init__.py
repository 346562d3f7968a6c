"""Orders over a Unix socket: JSON lines, and the kernel says who is speaking.

`requests`  what may be asked, as models
`office`    carries a request out, for the daemon and for the command line without one
`line`      one message a line, bounded
`peer`      who is at the other end
`server`    listens in the data directory
`client`    asks
"""
