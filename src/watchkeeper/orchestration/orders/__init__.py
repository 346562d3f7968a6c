"""What persons can order. The daemon, HTTP and the command line give the same orders.

Every order is refused by a named error whose docstring is the message, or it is in the journal
when it returns.

`desk`       where one person's orders are written down
`granting`   levels of autonomy
`consenting` downtime of what nothing stands in for
`answering`  yes and no to an action that asks
`changing`   other values for it, or other persons who answer
`stopping`   the kill switch
`breaking`   the circuit breakers
`refusal`    why an order cannot be given
"""
