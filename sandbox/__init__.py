"""A small stateful Jira and GitHub on loopback: for the demo, for tests, for trying a config. Imports no other room."""
