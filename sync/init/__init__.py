"""The first config: from what trackers told of themselves to a commented TOML text. Pure; ``crosstie init`` asks."""

from sync.init.base import Ask, Tracker
from sync.init.proposal import Proposal, proposal

__all__ = ["Ask", "Proposal", "Tracker", "proposal"]
