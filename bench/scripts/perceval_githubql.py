"""Events of GitHub issues by perceval's GitHubQL backend, repository by repository."""

import json
import sys
from pathlib import Path

from perceval.backends.core.githubql import GitHubQL

url, token = sys.argv[1:3]
repositories = Path("places.txt").read_text().split()

with Path("events.jsonl").open("a") as out:
    for name in repositories:
        owner, _, repository = name.partition("/")
        backend = GitHubQL(owner=owner, repository=repository, api_token=[token], base_url=url)
        for item in backend.fetch():
            out.write(json.dumps(item) + "\n")
