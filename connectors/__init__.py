"""The only room that speaks HTTP to trackers. Read ``connectors.base`` first."""
