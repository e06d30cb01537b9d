"""Issues and comments of a Jira by perceval's Jira backend, project by project."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from perceval.backends.core.jira import Jira

url, token = sys.argv[1:3]
projects = Path("places.txt").read_text().split()
cursor = Path("since.json")
since = json.loads(cursor.read_text()) if cursor.exists() else {}

with Path("issues.jsonl").open("a") as out:
    for key in projects:
        backend = Jira(url, project=key, user="bot@acme.example", password=token, max_results=100)
        newest = since.get(key, 0)
        for item in backend.fetch(from_date=datetime.fromtimestamp(newest, UTC) if newest else None):
            out.write(json.dumps(item) + "\n")
            newest = max(newest, item["updated_on"])
        since[key] = newest
cursor.write_text(json.dumps(since))
