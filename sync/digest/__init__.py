"""Digests: one page for a team or a forum, each working day or once a week. Read ``sync.digest.base`` first."""
