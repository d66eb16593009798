"""What each generated client must do against `section55 dev`: a list with two states, and one transition. See .ci/clients."""

import os
from collections.abc import Iterable
from typing import Any, Protocol

BASE, OFFICER, APPROVER = os.environ["B"], os.environ["OPCC"], os.environ["OPCC_APPROVER"]
STATES = ["received", "drafting"]


class GeneratedClient(Protocol):
    """The operations; the last is the approver's, so that the next client finds the response as it was."""

    def list(self, states: list[str]) -> Iterable[tuple[Any, str]]: ...
    def etag(self, response_id: Any) -> str: ...
    def submit(self, response_id: Any, etag: str) -> str: ...
    def give_back(self, response_id: Any, reason: str) -> str: ...


def exercise(client: GeneratedClient) -> None:
    """Fails if the client does not do it."""
    found = list(client.list(STATES))
    assert {state for _, state in found} == set(STATES), found
    response_id = next(response_id for response_id, state in found if state == "drafting")
    assert client.submit(response_id, client.etag(response_id)) == "in_approval"
    assert client.give_back(response_id, "Again.") == "drafting"
