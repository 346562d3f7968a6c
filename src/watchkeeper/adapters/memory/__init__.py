"""The journal in memory: for simulation and tests, held to the same contract."""
