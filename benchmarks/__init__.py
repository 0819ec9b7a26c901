"""Benchmarks, run by hand: `python -m benchmarks` lists them, `python -m benchmarks NAME` runs one.

Each is a module with a `main()` that prints a table and compares with a peer in the same run.
"""
