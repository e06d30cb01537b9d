"""The only room that speaks HTTP to trackers. Read ``connectors.base`` first."""

from connectors.registry import load

__all__ = ["load"]
