"""Links to pages elsewhere: one request for each issue that has any, and none for the others.

Jira gives them by issue only. Whether an issue can have one, its history tells (``history``).
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-remote-links/
"""

from connectors.http import Json
from connectors.jira.client import JiraClient
from connectors.jira.values import id_of, table, text
from connectors.text import reference_in_url
from model.facts import RemoteLink


def remote_links(client: JiraClient, issue_id: str) -> list[Json]:
    """Raises Refused."""
    path = f"issue/{issue_id}/remotelink"
    return client.checked(path, client.read(path), list)


def remote_link(value: Json) -> RemoteLink | None:
    row = table(value)
    shown = table(row.get("object"))
    url = text(shown.get("url"))
    if not url:
        return None
    found = reference_in_url(url)
    return RemoteLink(
        native_id=id_of(row),
        relationship=text(row.get("relationship")),
        url=url,
        title=text(shown.get("title")),
        key=found.key if found else "",
        shape=found.shape if found else None,
        host=found.host if found else "",
    )
