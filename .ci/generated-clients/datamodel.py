"""The models of datamodel-code-generator, which makes no client: they check what is sent and read what is received."""

import json
import urllib.request
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import models
from exercise import APPROVER, BASE, OFFICER, exercise


def send(token: str, path: str, body: str | None = None, etag: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if etag:
        headers["If-Match"] = etag
    request = urllib.request.Request(BASE + path, data=body.encode() if body else None, headers=headers)
    return urllib.request.urlopen(request, timeout=10)


class Generated:
    def list(self, states: list[str]) -> Iterable[tuple[UUID, str]]:
        query = "&".join(f"state={models.ResponseState(state).value}" for state in states)
        with send(OFFICER, f"/v1/responses?area=cumbria&{query}") as answer:
            page = models.StatutoryResponsePage.model_validate_json(answer.read())
        return [(item.id, item.state.value) for item in page.items]

    def etag(self, response_id: UUID) -> str:
        with send(OFFICER, f"/v1/responses/{response_id}") as answer:
            return answer.headers["ETag"]

    def submit(self, response_id: UUID, etag: str) -> str:
        return self._move(OFFICER, response_id, {"action": "submit", "note": "Ready."}, etag)

    def give_back(self, response_id: UUID, reason: str) -> str:
        return self._move(APPROVER, response_id, {"action": "return", "reason": reason}, "*")

    def _move(self, token: str, response_id: UUID, members: dict[str, str], etag: str) -> str:
        body = models.ResponseTransition.model_validate_json(json.dumps(members))
        content = body.model_dump_json(exclude_none=True)
        with send(token, f"/v1/responses/{response_id}/transitions", content, etag) as answer:
            return models.StatutoryResponse.model_validate_json(answer.read()).state.value


exercise(Generated())
