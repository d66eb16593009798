"""A client of the Section 55 API: the generated operations, with idempotency keys, retries, ETags and paging."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook

from .generated.client import AuthenticatedClient, Client

__all__ = ["ProblemError", "Transport", "Webhook", "connect", "etag", "items"]


class ProblemError(Exception):
    """A refusal of the service, with its problem document (RFC 9457)."""

    def __init__(self, problem: Any) -> None:
        super().__init__(getattr(problem, "detail", None) or "The service refused the request.")
        self.problem = problem


class Transport(httpx.BaseTransport):
    """Adds an `Idempotency-Key` to each POST that has none, and sends a request again where nothing can be done twice.

    That is so for reads and for writes with an idempotency key. The service has not performed what it refuses with 429,
    so each request is sent again after that.
    """

    def __init__(self, retries: int = 4, inner: httpx.BaseTransport | None = None) -> None:
        self.retries = retries
        self.inner = inner or httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and "Idempotency-Key" not in request.headers:
            request.headers["Idempotency-Key"] = str(uuid.uuid4())
        is_repeatable = request.method in ("GET", "HEAD") or "Idempotency-Key" in request.headers
        attempt = 0
        while True:
            after = ""
            try:
                response = self.inner.handle_request(request)
                after = response.headers.get("Retry-After", "")
                is_refused = response.status_code == 429 or (response.status_code == 409 and after != "")
                is_away = response.status_code in (502, 503, 504)
                if attempt == self.retries or not (is_refused or (is_repeatable and is_away)):
                    return response
                response.close()
            except httpx.TransportError:
                if attempt == self.retries or not is_repeatable:
                    raise
            time.sleep(int(after) if after.isdecimal() and int(after) > 0 else 2**attempt / 4)
            attempt += 1

    def close(self) -> None:
        self.inner.close()


def connect(
    base_url: str, token: str | None = None, retries: int = 4, transport: httpx.BaseTransport | None = None
) -> AuthenticatedClient:
    """Returns a client for the generated operations. Without a token, it reads only published data."""
    arguments = {"transport": Transport(retries, transport)}
    if token is None:
        # The operations are declared for the other class; both have the same members.
        return Client(base_url=base_url, httpx_args=arguments)  # type: ignore[return-value]
    return AuthenticatedClient(base_url=base_url, token=token, httpx_args=arguments)


def items(operation: Any, client: AuthenticatedClient, **filters: Any) -> Iterator[Any]:
    """Yields each item of a list, page after page: `items(responses_list, client, area=["cumbria"])`.

    Raises `ProblemError` if the service refuses a page.
    """
    while True:
        page = operation.sync_detailed(client=client, **filters).parsed
        if not hasattr(page, "items"):
            raise ProblemError(page)
        yield from page.items
        if not page.next_cursor:
            return
        filters["cursor"] = page.next_cursor


def etag(response: Any) -> str:
    """Returns the ETag of a record that was read, for the `if_match` of the next write."""
    value: str = response.headers["ETag"]
    return value
