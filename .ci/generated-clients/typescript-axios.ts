import { approver, baseUrl, exercise, officer } from "./exercise";
import { Configuration, ResponsesApi } from "./typescript-axios/index";

const client = (accessToken: string): ResponsesApi => new ResponsesApi(new Configuration({ basePath: baseUrl, accessToken }));

void exercise({
  async list(states) {
    const { data } = await client(officer).responsesList(["cumbria"], undefined, states);
    return data.items;
  },
  async etag(id) {
    const { headers } = await client(officer).responsesGet(id);
    return String(headers["etag"]);
  },
  async submit(id, etag) {
    const { data } = await client(officer).responsesTransition(id, etag, { action: "submit", note: "Ready." });
    return data.state;
  },
  async giveBack(id, reason) {
    const { data } = await client(approver).responsesTransition(id, "*", { action: "return", reason });
    return data.state;
  },
});
