import createClient from "openapi-fetch";
import { approver, baseUrl, bearer, exercise, officer } from "./exercise";
import type { components, paths } from "./openapi-fetch/schema";

const client = createClient<paths>({ baseUrl, headers: bearer(officer) });

void exercise({
  async list(states: components["schemas"]["ResponseState"][]) {
    const { data, error } = await client.GET("/v1/responses", { params: { query: { state: states, area: ["cumbria"] } } });
    if (error) throw new Error(error.title);
    return data.items;
  },
  async etag(id) {
    const { response } = await client.GET("/v1/responses/{id}", { params: { path: { id } } });
    return response.headers.get("ETag");
  },
  async submit(id, etag) {
    const params = { path: { id }, header: { "If-Match": etag, "Idempotency-Key": crypto.randomUUID() } };
    const body: components["schemas"]["ResponseTransition"] = { action: "submit", note: "Ready." };
    const { data } = await client.POST("/v1/responses/{id}/transitions", { params, body });
    return data?.state;
  },
  async giveBack(id, reason) {
    const params = { path: { id }, header: { "If-Match": "*" } };
    const body: components["schemas"]["ResponseTransition"] = { action: "return", reason };
    const { data } = await client.POST("/v1/responses/{id}/transitions", { params, body, headers: bearer(approver) });
    return data?.state;
  },
});
