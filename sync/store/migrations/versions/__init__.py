"""One file per schema change, named for it."""
