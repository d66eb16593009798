"""The client of openapi-generator for Python."""

from collections.abc import Iterable
from uuid import UUID

from exercise import APPROVER, BASE, OFFICER, exercise
from openapi_client import ApiClient, Configuration, ResponsesApi
from openapi_client.models import ResponseReturn, ResponseState, ResponseSubmit, ResponseTransition


def connect(token: str) -> ResponsesApi:
    return ResponsesApi(ApiClient(Configuration(host=BASE, access_token=token)))


class Generated:
    def list(self, states: list[str]) -> Iterable[tuple[UUID, str]]:
        page = connect(OFFICER).responses_list(state=[ResponseState(state) for state in states], area=["cumbria"])
        return [(item.id, item.state.value) for item in page.items]

    def etag(self, response_id: UUID) -> str:
        return connect(OFFICER).responses_get_with_http_info(response_id).headers["etag"]

    def submit(self, response_id: UUID, etag: str) -> str:
        body = ResponseTransition(ResponseSubmit(action="submit", note="Ready."))
        return connect(OFFICER).responses_transition(response_id, etag, body).state.value

    def give_back(self, response_id: UUID, reason: str) -> str:
        body = ResponseTransition(ResponseReturn(action="return", reason=reason))
        return connect(APPROVER).responses_transition(response_id, "*", body).state.value


exercise(Generated())
