"""The ``crosstie`` command: the only reader of argv, and of the clock for a run."""
