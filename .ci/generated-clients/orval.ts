// The clients of orval 7 and 8 are alike. orval has no types for the headers of a request.
import { approver, bearer, exercise, officer } from "./exercise";
import { responsesGet, responsesList, responsesTransition } from "./orval/responses/responses";

void exercise({
  async list(states) {
    const response = await responsesList({ state: states, area: ["cumbria"] }, { headers: bearer(officer) });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return response.data.items;
  },
  async etag(id) {
    const response = await responsesGet(id, undefined, { headers: bearer(officer) });
    return response.headers.get("ETag");
  },
  async submit(id, etag) {
    const headers = { ...bearer(officer), "If-Match": etag };
    const response = await responsesTransition(id, { action: "submit", note: "Ready." }, undefined, { headers });
    return response.status === 200 ? response.data.state : undefined;
  },
  async giveBack(id, reason) {
    const headers = { ...bearer(approver), "If-Match": "*" };
    const response = await responsesTransition(id, { action: "return", reason }, undefined, { headers });
    return response.status === 200 ? response.data.state : undefined;
  },
});
