"""Issues and comments of GitHub repositories by perceval's GitHub backend, repository by repository."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from perceval.backends.core.github import GitHub

url, token = sys.argv[1:3]
repositories = Path("places.txt").read_text().split()
cursor = Path("since.json")
since = json.loads(cursor.read_text()) if cursor.exists() else {}

with Path("issues.jsonl").open("a") as out:
    for name in repositories:
        owner, _, repository = name.partition("/")
        backend = GitHub(owner=owner, repository=repository, api_token=[token], base_url=url)
        newest = since.get(name, 0)
        for item in backend.fetch(from_date=datetime.fromtimestamp(newest, UTC) if newest else None):
            out.write(json.dumps(item) + "\n")
            newest = max(newest, item["updated_on"])
        since[name] = newest
cursor.write_text(json.dumps(since))
