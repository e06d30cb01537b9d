"""Whole runs over real loopback sockets: a Jira, a GitHub, a config, a store, and the real Runner between them."""
