import { approver, baseUrl, exercise, officer } from "./exercise";
import { Configuration, ResponsesApi } from "./typescript-fetch/index";

const client = (accessToken: string): ResponsesApi => new ResponsesApi(new Configuration({ basePath: baseUrl, accessToken }));

void exercise({
  async list(states) {
    const { items } = await client(officer).responsesList({ state: states, area: ["cumbria"] });
    return items;
  },
  async etag(id) {
    const { raw } = await client(officer).responsesGetRaw({ id });
    return raw.headers.get("ETag");
  },
  async submit(id, etag) {
    const responseTransition = { action: "submit", note: "Ready." } as const;
    const { state } = await client(officer).responsesTransition({ id, ifMatch: etag, responseTransition });
    return state;
  },
  async giveBack(id, reason) {
    const responseTransition = { action: "return", reason } as const;
    const { state } = await client(approver).responsesTransition({ id, ifMatch: "*", responseTransition });
    return state;
  },
});
