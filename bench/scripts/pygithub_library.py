"""Issues, blockers and comments of GitHub repositories by PyGithub, as a user would write it down to JSON lines."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from github import Auth, Github

url, token = sys.argv[1:3]
repositories = Path("places.txt").read_text().split()
cursor = Path("since.json")
since = json.loads(cursor.read_text()) if cursor.exists() else {}

# per_page is 30 and every request waits a quarter of a second unless told otherwise: its best foot forward
client = Github(auth=Auth.Token(token), base_url=url, per_page=100, seconds_between_requests=0, timeout=60)
with Path("issues.jsonl").open("a") as out:
    for name in repositories:
        repository = client.get_repo(name)
        newest = since.get(name, "2008-01-01T00:00:00+00:00")
        after = datetime.fromisoformat(newest).astimezone(UTC)
        for issue in repository.get_issues(state="all", sort="updated", direction="asc", since=after):
            row: dict[str, object] = {
                "name": f"{name}#{issue.number}",
                "title": issue.title,
                "state": issue.state,
                "body": issue.body,
            }
            row["labels"] = [label.name for label in issue.labels]
            row["assignees"] = [person.login for person in issue.assignees]
            if issue.comments:
                row["comments"] = [[comment.user.login, comment.body] for comment in issue.get_comments()]
            if getattr(issue.issue_dependencies_summary, "total_blocked_by", 0):  # None on pull requests
                row["blocked_by"] = [blocker.html_url for blocker in issue.get_blocked_by()]
            out.write(json.dumps(row) + "\n")
            newest = max(newest, issue.updated_at.isoformat())
        since[name] = newest
cursor.write_text(json.dumps(since))
