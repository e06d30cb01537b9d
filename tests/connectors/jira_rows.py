"""Jira rows made by hand, as Cloud's version 3 sends them."""

from connectors.http import Json

ME = "5b10-crosstie"
MIRA: Json = {"accountId": "5b10-mira", "displayName": "Mira", "accountType": "atlassian", "active": True}
ROBOT: Json = {"accountId": ME, "displayName": "crosstie", "accountType": "atlassian", "active": True}
BLOCKS: Json = {"id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"}


def adf(*lines: str) -> Json:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"version": 1, "type": "doc", "content": content}


def status(name: str = "To Do", category: str = "new") -> Json:
    return {"id": "1", "name": name, "statusCategory": {"id": 2, "key": category, "name": name}}


def other(number: int, key: str = "PLAT") -> Json:
    fields = {"summary": f"Provide {number}", "status": status("Doing", "indeterminate")}
    return {"id": str(20000 + number), "key": f"{key}-{number}", "fields": fields}


def comment(number: int, author: Json, body: Json, **more: Json) -> Json:
    return {
        "id": str(number),
        "author": author,
        "updateAuthor": author,
        "body": body,
        "created": "2026-11-01T10:00:00.000+0100",
        "updated": "2026-11-02T10:00:00.000+0100",
        **more,
    }


def row(number: int = 1, key: str = "PAY", **fields: Json) -> Json:
    """An issue with nothing but what every issue has, and ``fields``."""
    base = {
        "summary": f"Pay {number}",
        "status": status(),
        "updated": "2026-11-20T10:00:00.000+0000",
        "created": "2026-11-01T10:00:00.000+0000",
    }
    return {"id": str(10000 + number), "key": f"{key}-{number}", "fields": base | fields}


def embedded(*comments: Json, total: int | None = None) -> Json:
    return {"comments": list(comments), "maxResults": 20, "total": len(comments) if total is None else total}
