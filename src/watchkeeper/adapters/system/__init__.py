"""This machine's clock, chance, hands and kill page; and the tests' own clock and chance.

- ``system_clock``: the wall clock, never going back
- ``manual_clock``: a clock that tests move
- ``clock_jumps``: notices that the wall clock moved against monotonic time
- ``identifiers``: sortable names, from the system's randomness or from a seed
- ``crew``: hands inline, in a thread, in a process
- ``kill_page``: the file that stops everything
"""
