"""Jira: issues, native links, comments and our notes, over REST."""
