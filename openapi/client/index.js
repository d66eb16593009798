// A client of the Section 55 API: openapi-fetch with idempotency keys, retries, ETags and paging.
import createFetchClient from "openapi-fetch";

export { Webhook } from "standardwebhooks";

/** A refusal of the service, with its problem document (RFC 9457). */
export class ProblemError extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

export function createClient({ baseUrl, token, retries = 4, fetch = globalThis.fetch }) {
  const client = createFetchClient({ baseUrl, fetch: (request) => send(request, retries, fetch) });
  client.use({
    async onRequest({ request }) {
      const value = typeof token === "function" ? await token() : token;
      if (value) request.headers.set("Authorization", `Bearer ${value}`);
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
      return request;
    },
  });
  return client;
}

// Sends a request again where nothing can be done twice: reads, and writes with an idempotency key. The service has not
// performed what it refuses with 429, so each request is sent again after that.
async function send(request, retries, fetch) {
  const isRepeatable = ["GET", "HEAD"].includes(request.method) || request.headers.has("Idempotency-Key");
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(request.clone()).catch((error) => {
      if (!isRepeatable || attempt === retries || request.signal.aborted) throw error;
    });
    const after = response?.headers.get("Retry-After");
    const isRefused = response?.status === 429 || (response?.status === 409 && after !== null);
    if (response && (attempt === retries || !(isRefused || (isRepeatable && response.status >= 502)))) return response;
    await response?.body?.cancel();
    const seconds = Number(after) || 2 ** attempt / 4;
    await new Promise((resume) => setTimeout(resume, seconds * 1000));
  }
}

/** Yields each item of a list, page after page. */
export async function* items(client, path, params = {}) {
  for (let cursor = params.query?.cursor; cursor !== null; ) {
    const query = { ...params.query, ...(cursor && { cursor }) };
    const { data, error } = await client.GET(path, { params: { ...params, query } });
    if (error) throw new ProblemError(error);
    yield* data.items;
    cursor = data.next_cursor;
  }
}

/** Returns the ETag of a record that was read, for the `If-Match` of the next write. */
export function etag(response) {
  const value = response.headers.get("ETag");
  if (value === null) throw new Error("The response has no ETag.");
  return value;
}
