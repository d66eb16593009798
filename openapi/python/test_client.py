"""Uses the package against `section55 dev`, whose address, program and tokens are in the environment: see .ci/clients."""

import json
import os
import socket
import subprocess
import time
import uuid

import httpx
import pytest
from section55_client import ProblemError, Webhook, connect, etag, items
from section55_client.generated.api.areas import areas_list
from section55_client.generated.api.changes import webhooks_create, webhooks_deliveries_ping
from section55_client.generated.api.inspections import inspections_create
from section55_client.generated.api.responses import responses_get, responses_list, responses_transition
from section55_client.generated.models import (
    InspectionRegistration,
    ResponseReturn,
    ResponseState,
    ResponseSubmit,
    WebhookCreation,
)

BASE = os.environ["B"]
CLIENT = connect(BASE, os.environ["OPCC"])


def test_a_list_with_two_states_has_only_those() -> None:
    states = [ResponseState.RECEIVED, ResponseState.DRAFTING]
    found = list(items(responses_list, CLIENT, state=states, area=["cumbria"]))
    assert found and all(response.state in states for response in found)


def test_pages_yield_each_item_once() -> None:
    codes = [area.code for area in items(areas_list, connect(BASE), limit=10)]
    assert len(codes) == len(set(codes)) == 43
    with pytest.raises(ProblemError):
        list(items(areas_list, CLIENT, cursor="no"))


def test_a_transition_takes_the_etag_that_was_read_and_a_stale_one_is_refused() -> None:
    found = next(items(responses_list, CLIENT, state=[ResponseState.DRAFTING], area=["cumbria"]))
    read = responses_get.sync_detailed(found.id, client=CLIENT)
    body = ResponseSubmit(action="submit")
    moved = responses_transition.sync_detailed(found.id, client=CLIENT, body=body, if_match=etag(read))
    assert moved.parsed.state == ResponseState.IN_APPROVAL
    stale = responses_transition.sync_detailed(found.id, client=CLIENT, body=body, if_match=etag(read))
    assert stale.status_code == 412
    # Returned, so that the tests can run again.
    approver = connect(BASE, os.environ["OPCC_APPROVER"])
    body = ResponseReturn(action="return", reason="Again.")
    returned = responses_transition.sync_detailed(found.id, client=approver, body=body, if_match="*")
    assert returned.parsed.state == ResponseState.DRAFTING


class Losing(httpx.HTTPTransport):
    """Loses the first response."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers["Idempotency-Key"])
        response = super().handle_request(request)
        if len(self.keys) == 1:
            response.close()
            raise httpx.ReadError("the connection was lost")
        return response


def test_a_post_whose_response_is_lost_is_sent_again_with_its_key_and_done_once() -> None:
    losing = Losing()
    client = connect(BASE, os.environ["OPCC"], transport=losing)
    created = inspections_create.sync_detailed(client=client, body=InspectionRegistration(reference=f"PYTHON-{uuid.uuid4()}"))
    assert created.status_code == 201
    assert len(losing.keys) == 2 and len(set(losing.keys)) == 1


@pytest.mark.parametrize(("method", "status", "sent"), [("GET", 503, 2), ("GET", 429, 2), ("PATCH", 429, 2), ("PATCH", 503, 1)])
def test_a_write_without_a_key_is_sent_again_only_after_429(method: str, status: int, sent: int) -> None:
    statuses = []

    def respond(_: httpx.Request) -> httpx.Response:
        statuses.append(status if not statuses else 200)
        return httpx.Response(statuses[-1])

    client = connect(BASE, "token", transport=httpx.MockTransport(respond))
    client.get_httpx_client().request(method, "/v1/me")
    assert len(statuses) == sent


def test_a_message_of_a_webhook_is_verified() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    program = [os.environ["SECTION55_PROGRAM"], "receive", "--listen", address]
    receiver = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        approver = connect(BASE, os.environ["OPCC_APPROVER"])
        body = WebhookCreation(url=f"http://{address}/", description="A test")
        webhook = webhooks_create.sync_detailed(client=approver, body=body).parsed
        webhooks_deliveries_ping.sync_detailed(webhook.id, client=approver)
        message = json.loads(receiver.stdout.readline())
        verifier = Webhook(webhook.secret)
        assert verifier.verify(message["body"], message["headers"])["type"] == "ping"
        with pytest.raises(Exception, match="signature"):
            verifier.verify(message["body"] + " ", message["headers"])
    finally:
        receiver.terminate()
        receiver.wait()
