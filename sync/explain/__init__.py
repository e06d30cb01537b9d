"""Why a case stands, and why something is not found: plain data for text, JSON and pages."""

from sync.explain.account import explain
from sync.explain.read import NoSuchIssue, NoSuchRule, account_of, find_issue, why_not_of
from sync.explain.view import NoSuchRun, View, look, look_back, verdict
from sync.explain.why_not import reasons, why_not

__all__ = [
    "NoSuchIssue",
    "NoSuchRule",
    "NoSuchRun",
    "View",
    "account_of",
    "explain",
    "find_issue",
    "look",
    "look_back",
    "reasons",
    "verdict",
    "why_not",
    "why_not_of",
]
