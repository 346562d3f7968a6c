"""The executor's own book.

`spent_ledger`  a file a spent warrant, made once and never removed
`custody`       whose ledger it is, and whether it (or the journal) was put back from a backup
"""
