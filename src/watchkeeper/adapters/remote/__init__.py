"""What another process keeps, over a Unix socket.

`line`     one connection, on which many calls wait for their answers
`journal`  the journal port over it
"""
