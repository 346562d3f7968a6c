"""The executor's own book.

`spent_ledger`  a file a spent warrant, made once and never removed
"""
