"""Worlds to begin with: each folder here can be named with ``python -m sandbox --scenario``."""
