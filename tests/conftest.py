"""How long the laws are tried, everywhere: ``HYPOTHESIS_PROFILE=thorough make test`` tries them for longer.

No example has a deadline (nothing here depends on time), and CI tries the same ones at every commit.
"""

import os

from hypothesis import settings

settings.register_profile("quick", max_examples=40, deadline=None, derandomize="CI" in os.environ)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
