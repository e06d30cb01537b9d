"""Measurements of ratios (requests per issue, never seconds on a clock): ``python -m bench requests``."""
