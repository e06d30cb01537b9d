"""Why a case stands, and why something is not found: plain data for text, JSON and pages."""

from sync.explain.account import explain
from sync.explain.read import account_of
from sync.explain.view import NoSuchRun, View, look, look_back, verdict

__all__ = ["NoSuchRun", "View", "account_of", "explain", "look", "look_back", "verdict"]
