"""Issues, links and comments of a Jira by the ``jira`` library, as a user would write it down to JSON lines."""

import json
import sys
from pathlib import Path

from jira import JIRA

url, token = sys.argv[1:3]
projects = Path("places.txt").read_text().split()
cursor = Path("since.txt")
since = cursor.read_text() if cursor.exists() else ""

client = JIRA(server=url, basic_auth=("bot@acme.example", token), timeout=60)
query = f"project in ({', '.join(projects)})"
if since:
    query += f' AND updated >= "{since[:16].replace("T", " ")}"'  # JQL reads it in the zone it was written in: ours
with Path("issues.jsonl").open("a") as out:
    for issue in client.search_issues(f"{query} ORDER BY updated ASC", maxResults=False, fields="*all"):
        links = [link.raw for link in issue.fields.issuelinks]
        comments = [comment.raw for comment in client.comments(issue)]  # a search embeds only some of them
        out.write(json.dumps({"issue": issue.raw, "links": links, "comments": comments}) + "\n")
        since = max(since, issue.fields.updated)
cursor.write_text(since)
