import type { Client } from "openapi-fetch";
import type { components, paths } from "./section55.d.ts";

export type { components, operations, paths } from "./section55.d.ts";
/** Verifies the signature and the age of a webhook's message: `new Webhook(secret).verify(body, headers)`. */
export { Webhook } from "standardwebhooks";

export interface Options {
  /** The address of the service, such as `https://section55.example`. */
  baseUrl: string;
  /** The bearer token, or a function that returns the present one. Without it, only published data is read. */
  token?: string | (() => string | Promise<string>);
  /** How often a request is sent again after 429, 502, 503 and 504 or without a response. The default is 4. */
  retries?: number;
  /** Sends the requests. The default is the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
}

/** A client of openapi-fetch: `client.GET("/v1/responses", { params: { query: { state: ["drafting"] } } })`. */
export type Section55Client = Client<paths>;

/** Creates a client. It adds the token, and an `Idempotency-Key` to each POST that has none. */
export function createClient(options: Options): Section55Client;

/** The paths of lists with pages. */
export type ListPath = {
  [P in keyof paths]: paths[P] extends { get: { parameters: { query?: infer Q } } }
    ? [NonNullable<Q>] extends [never] ? never : "cursor" extends keyof NonNullable<Q> ? P : never
    : never;
}[keyof paths];

/** The parameters of a list. */
export type ListParameters<P extends ListPath> = paths[P] extends { get: { parameters: infer Q } } ? Q : never;

/** An item of a list. */
export type Item<P extends ListPath> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": { items: (infer T)[] } } } } };
} ? T : never;

/** Yields each item of a list, page after page. Throws a `ProblemError` if the service refuses a page. */
export function items<P extends ListPath>(client: Section55Client, path: P, params?: Partial<ListParameters<P>>): AsyncGenerator<Item<P>>;

/** Returns the ETag of a record that was read, for the `If-Match` of the next write. */
export function etag(response: Response): string;

/** A refusal of the service, with its problem document (RFC 9457). */
export class ProblemError extends Error {
  constructor(problem: components["schemas"]["Problem"]);
  readonly problem: components["schemas"]["Problem"];
}
