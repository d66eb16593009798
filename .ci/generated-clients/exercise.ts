// What each generated client must do against `section55 dev`: a list with two states, and one transition. See .ci/clients.
import assert from "node:assert/strict";

type State = "received" | "drafting";
type Item = { id: string; state: string };

export interface GeneratedClient {
  list(states: State[]): Promise<Item[]>;
  etag(id: string): Promise<string | null | undefined>;
  submit(id: string, etag: string): Promise<string | undefined>;
  /** As the approver, so that the next client finds the response as it was. */
  giveBack(id: string, reason: string): Promise<string | undefined>;
}

function variable(name: "B" | "OPCC" | "OPCC_APPROVER"): string {
  const value = process.env[name];
  assert.ok(value, `${name} is set`);
  return value;
}

export const [baseUrl, officer, approver] = [variable("B"), variable("OPCC"), variable("OPCC_APPROVER")];

export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

export async function exercise(client: GeneratedClient): Promise<void> {
  const found = await client.list(["received", "drafting"]);
  assert.deepEqual([...new Set(found.map((item) => item.state))].sort(), ["drafting", "received"]);
  const drafting = found.find((item) => item.state === "drafting");
  assert.ok(drafting);
  const etag = await client.etag(drafting.id);
  assert.ok(etag);
  assert.equal(await client.submit(drafting.id, etag), "in_approval");
  assert.equal(await client.giveBack(drafting.id, "Again."), "drafting");
}
