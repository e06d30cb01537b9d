"""The schema's history. ``sync.store.opening`` runs it; there is no alembic.ini."""
