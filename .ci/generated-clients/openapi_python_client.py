"""The client of openapi-python-client."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from exercise import APPROVER, BASE, OFFICER, exercise
from section55_client import AuthenticatedClient
from section55_client.api.responses import responses_get, responses_list, responses_transition
from section55_client.models import ResponseReturn, ResponseState, ResponseSubmit, StatutoryResponse, StatutoryResponsePage


def connect(token: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=BASE, token=token)


class Generated:
    def list(self, states: list[str]) -> Iterable[tuple[UUID, str]]:
        named = [ResponseState(state) for state in states]
        page = responses_list.sync(client=connect(OFFICER), state=named, area=["cumbria"])
        assert isinstance(page, StatutoryResponsePage)
        return [(item.id, item.state.value) for item in page.items]

    def etag(self, response_id: UUID) -> str:
        return responses_get.sync_detailed(response_id, client=connect(OFFICER)).headers["ETag"]

    def submit(self, response_id: UUID, etag: str) -> str:
        return self._move(OFFICER, response_id, ResponseSubmit(action="submit", note="Ready."), etag)

    def give_back(self, response_id: UUID, reason: str) -> str:
        return self._move(APPROVER, response_id, ResponseReturn(action="return", reason=reason), "*")

    def _move(self, token: str, response_id: UUID, body: Any, etag: str) -> str:
        moved = responses_transition.sync(response_id, client=connect(token), body=body, if_match=etag)
        assert isinstance(moved, StatutoryResponse), moved
        return moved.state.value


exercise(Generated())
