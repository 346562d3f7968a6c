"""Benchmarks: figures beside the bars that the project holds itself to.

`make bench` runs them all, `python -m bench NAME…` some. They are no tests: a figure that misses
its bar is shown as missed and fails nothing.

- `registry`: the one list of benchmarks; a new one is a file in `benchmarks/` and a line there
- `figure`: what a benchmark yields
- `rounds`: how a figure and its floor are measured side by side
- `machine`: what it was measured on
- `table`, `results`: how it is shown, and kept in `bench/results/`
"""
