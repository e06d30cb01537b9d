"""Judgement: one file per rule, an engine that walks them. Read ``rules.base`` first."""
