// Uses the client against `section55 dev`, whose address, program and tokens are in the environment: see .ci/clients.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { createClient, etag, items, ProblemError, Webhook } from "./index.js";

const { B: baseUrl, OPCC, OPCC_APPROVER, SECTION55_PROGRAM } = process.env;
const client = createClient({ baseUrl, token: () => OPCC });

async function collect(generator) {
  const all = [];
  for await (const item of generator) all.push(item);
  return all;
}

test("a list with two states has only those", async () => {
  const state = ["received", "drafting"];
  const found = await collect(items(client, "/v1/responses", { query: { state, area: ["cumbria"] } }));
  assert.ok(found.length > 0 && found.every((response) => state.includes(response.state)));
});

test("pages yield each item once", async () => {
  const { data } = await client.GET("/v1/areas", { params: { query: { limit: 200 } } });
  const codes = (await collect(items(client, "/v1/areas", { query: { limit: 10 } }))).map((area) => area.code);
  assert.equal(codes.length, 43);
  assert.deepEqual(codes, data.items.map((area) => area.code));
  await assert.rejects(collect(items(client, "/v1/areas", { query: { cursor: "no" } })), ProblemError);
});

test("a transition takes the ETag that was read, and a stale one is refused", async () => {
  const { data: list } = await client.GET("/v1/responses", { params: { query: { state: ["drafting"], area: ["cumbria"] } } });
  const path = { id: list.items[0].id };
  const { response } = await client.GET("/v1/responses/{id}", { params: { path } });
  const params = { path, header: { "If-Match": etag(response) } };
  const { data } = await client.POST("/v1/responses/{id}/transitions", { params, body: { action: "submit" } });
  assert.equal(data.state, "in_approval");
  const { error } = await client.POST("/v1/responses/{id}/transitions", { params, body: { action: "submit" } });
  assert.equal(error.status, 412);
  // Returned, so that the tests can run again.
  const approver = createClient({ baseUrl, token: OPCC_APPROVER });
  const latest = { path, header: { "If-Match": "*" } };
  const returned = await approver.POST("/v1/responses/{id}/transitions", { params: latest, body: { action: "return", reason: "Again." } });
  assert.equal(returned.data?.state, "drafting", JSON.stringify(returned.error));
});

test("a POST whose response is lost is sent again with its key and done once", async () => {
  const keys = [];
  const losing = createClient({
    baseUrl,
    token: OPCC,
    fetch: async (request) => {
      keys.push(request.headers.get("Idempotency-Key"));
      const response = await fetch(request);
      if (keys.length === 1) throw new TypeError("the connection was lost");
      return response;
    },
  });
  const body = { reference: `CLIENT-${crypto.randomUUID()}` };
  const { response } = await losing.POST("/v1/inspections", { body });
  assert.equal(response.status, 201);
  assert.equal(keys.length, 2);
  assert.ok(keys[0] && keys[0] === keys[1]);
});

test("what is refused for a while is sent again, and a write without a key only after 429", async () => {
  for (const [method, status, sent] of [["GET", 503, 2], ["GET", 429, 2], ["PATCH", 429, 2], ["PATCH", 503, 1]]) {
    let count = 0;
    const fetch = async () => ((count += 1) === 1 ? new Response("{}", { status, headers: { "Retry-After": "0" } }) : Response.json({}));
    const { response } = await createClient({ baseUrl, fetch })[method]("/v1/responses/{id}", { params: { path: { id: "1" } } });
    assert.equal(count, sent, `${method} ${status}`);
    assert.equal(response.status, sent === 2 ? 200 : status);
  }
});

test("a message of a webhook is verified", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = `127.0.0.1:${probe.address().port}`;
  probe.close();
  const receiver = spawn(SECTION55_PROGRAM, ["receive", "--listen", address], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const lines = createInterface({ input: receiver.stdout });
    const approver = createClient({ baseUrl, token: OPCC_APPROVER });
    await new Promise((resume) => setTimeout(resume, 1000));
    const received = once(lines, "line");
    const { data: webhook } = await approver.POST("/v1/webhooks", { body: { url: `http://${address}/`, description: "A test" } });
    await approver.POST("/v1/webhooks/{id}/ping", { params: { path: { id: webhook.id } } });
    const [line] = await received;
    const { headers, body } = JSON.parse(line);
    const verifier = new Webhook(webhook.secret);
    assert.equal(verifier.verify(body, headers).type, "ping");
    assert.throws(() => verifier.verify(`${body} `, headers));
  } finally {
    receiver.kill();
  }
});
