"""Answers that are refusals, in the shapes Jira gives them."""

import json
from collections.abc import Mapping

from werkzeug.wrappers import Response


class Refusal(Exception):  # the site's word for an answer that is not 2xx
    """A refusal with Jira's status and messages."""

    def __init__(
        self,
        status: int,
        *messages: str,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("; ".join(messages) or json.dumps(errors))
        self.status, self.messages, self.errors = status, messages, dict(errors or {})
        self.headers = dict(headers or {})

    def response(self) -> Response:
        if self.status == 401:
            text = "Client must be authenticated to access this resource."
            headers = {"WWW-Authenticate": 'OAuth realm="jira"', **self.headers}
            return Response(text, 401, content_type="text/plain", headers=headers)
        body = json.dumps({"errorMessages": list(self.messages), "errors": self.errors})
        return Response(body, self.status, content_type="application/json", headers=self.headers)


def no_issue() -> Refusal:
    """The same for what is not there and what may not be seen."""
    return Refusal(404, "Issue does not exist or you do not have permission to see it.")
