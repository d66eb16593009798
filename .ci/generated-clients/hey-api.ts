import { approver, baseUrl, exercise, officer } from "./exercise";
import { responsesGet, responsesList, responsesTransition } from "./hey-api/index";
import { client } from "./hey-api/client.gen";

client.setConfig({ baseUrl, auth: () => officer });

void exercise({
  async list(states) {
    const { data } = await responsesList({ query: { state: states, area: ["cumbria"] }, throwOnError: true });
    return data.items;
  },
  async etag(id) {
    const { response } = await responsesGet({ path: { id } });
    return response?.headers.get("ETag");
  },
  async submit(id, etag) {
    const { data } = await responsesTransition({
      path: { id },
      headers: { "If-Match": etag },
      body: { action: "submit", note: "Ready." },
    });
    return data?.state;
  },
  async giveBack(id, reason) {
    const { data } = await responsesTransition({
      path: { id },
      headers: { "If-Match": "*" },
      body: { action: "return", reason },
      auth: () => approver,
    });
    return data?.state;
  },
});
