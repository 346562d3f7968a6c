"""The command line: one file a noun; nothing heavy is imported before a verb runs.

`main`      the way in: `--version` at once, errors as one line, exit codes
`tree`      every noun and verb
`verb`      what all verbs share: where the data is, how to answer
`answer`    what a verb answers, and how it is printed
"""
