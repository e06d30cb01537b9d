"""The jobs: config, store, pull, judge, plan, outbox, apply. Read ``sync.base`` first."""
