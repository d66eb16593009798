// Runs axe-core on the pages of a service: node accessibility.mjs ADDRESS BROWSER. Exits with 1 if a rule is broken.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [base, executablePath] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Root, as in containers, cannot use the sandbox. Only pages of this machine are read.
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
const faults = [];
page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
page.on("request", (request) => {
  const local = request.url().startsWith(`${base}/`) || request.url().startsWith("data:");
  if (!local) faults.push(`request to another host: ${request.url()}`);
});

async function open(path, ready) {
  await page.goto(base + path);
  await page.waitForSelector(ready);
  await page.evaluate(axe);
}

async function check(name) {
  const { violations } = await page.evaluate(() => axe.run());
  console.log(`${name}: ${violations.length} broken rules`);
  for (const { id, nodes } of violations) {
    faults.push(...nodes.slice(0, 3).map((node) => `${name}: ${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
  }
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
}

await open("/", "h1");
await check("index");
await open("/problems", "h1");
await check("problems");

await open("/docs", ".opblock-tag");
assert.equal(await page.locator(".opblock").count(), 0, "an operation is unfolded");
assert.equal(await page.locator(".operation-filter-input").count(), 1, "there is no filter");
assert.equal(await page.locator(".opblock-tag").last().getAttribute("data-tag"), "service", "operational endpoints are not last");
await check("docs-folded");
await page.click("#operations-tag-responses");
const list = "#operations-responses-responses_list";
await page.click(`${list} .opblock-summary-control`);
await page.waitForSelector(`${list} .parameters`);
const filled = await page.locator(`${list} [data-param-name]:not([data-param-name="limit"]) input`).evaluateAll((inputs) =>
  inputs.map((input) => input.value).filter((value) => value !== ""),
);
assert.deepEqual(filled, [], "an optional filter is filled in");
await page.click(`${list} .execute`);
await page.waitForSelector(`${list} .live-responses-table .response-col_status`);
const status = await page.locator(`${list} .live-responses-table .response .response-col_status`).innerText();
assert.match(status, /^200/);
await page.click("#operations-responses-responses_transition .opblock-summary-control");
await page.waitForSelector("#operations-responses-responses_transition .body-param__text");
await page.locator(list).scrollIntoViewIfNeeded();
await check("docs-operations");
await page.click(".btn.authorize");
await page.waitForSelector(".dialog-ux");
await check("docs-authorize");

await browser.close();
if (faults.length > 0) {
  console.log(faults.join("\n"));
  process.exit(1);
}
