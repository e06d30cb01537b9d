"""A small stateful Jira and GitHub on loopback, for the demo, for tests and for trying a config. Imports no other room."""
