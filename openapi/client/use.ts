// Compiled by `npm run compile`, to check the declarations.
import { createClient, etag, items, Webhook } from "./index.js";
import type { Item } from "./index.js";

const client = createClient({ baseUrl: "http://127.0.0.1:8055", token: () => "token" });

export async function open(): Promise<Item<"/v1/responses">[]> {
  const found = [];
  for await (const response of items(client, "/v1/responses", { query: { state: ["received", "drafting"] } })) {
    found.push(response);
  }
  return found;
}

export async function submit(id: string): Promise<string | undefined> {
  const { response } = await client.GET("/v1/responses/{id}", { params: { path: { id } } });
  const params = { path: { id }, header: { "If-Match": etag(response) } };
  const { data } = await client.POST("/v1/responses/{id}/transitions", { params, body: { action: "submit", note: "Ready." } });
  return data?.state;
}

export function receive(secret: string, body: string, headers: Record<string, string>): unknown {
  return new Webhook(secret).verify(body, headers);
}

// @ts-expect-error The index is not a list.
items(client, "/v1");
