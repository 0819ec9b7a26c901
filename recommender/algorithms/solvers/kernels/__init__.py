"""Compiled inner loops of gradient descent, each beside a plain NumPy twin that tests compare.

Numba compiles a kernel when it is first called and keeps the machine code on disk. Only a fit
imports these modules: a page is served without a compiler.
"""
