"""Measurements of ratios, never of seconds alone: ``python -m bench requests`` and ``python -m bench pull``."""
