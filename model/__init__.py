"""The vocabulary of crosstie as frozen values, and ``interpret``, which gives facts a meaning.

Nothing here does I/O, reads a clock or imports another room. Read ``facts`` (what trackers
said), then ``policy`` (what the config makes of it), then ``snapshot`` (what is known).
"""
