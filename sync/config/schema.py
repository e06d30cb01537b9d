"""docs/config.schema.json, for completion in editors: ``python -m sync.config.schema > docs/config.schema.json``."""

import json

from sync.config.shape import schema


def rendered() -> str:
    """The whole file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(rendered(), end="")
