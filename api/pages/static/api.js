// Asks the house: reading with the cookie, changing with a token that the cookie fetches.

const PATIENCE = 20_000;
const EARLY = 30_000;

let token = null;
let until = 0;
let ended = () => {};

/** An answer that is no success. Status 0 means that no answer came: it may have been done, or not. */
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail || String(status));
    this.status = status;
    this.body = body;
  }

  get code() {
    return this.body.code;
  }

  get lost() {
    return this.status === 0 || (this.status >= 502 && !this.code);
  }
}

/** Says what happens when nobody is logged in any more. */
export function whenEnded(action) {
  ended = action;
}

export async function get(path) {
  return read(await asked(path, { headers: { Accept: "application/json" } }));
}

export async function send(method, path, body, headers = {}) {
  const answer = await sent(method, path, body, headers);
  if (answer.status !== 401) return read(answer);
  token = null;
  return read(await sent(method, path, body, headers));
}

export async function leave() {
  await asked("/v1/logout", { method: "POST" });
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function query(asked) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null) parts.append(name, one);
  }
  return parts.toString();
}

async function sent(method, path, body, headers) {
  const told = { Accept: "application/json", Authorization: `Bearer ${await access()}`, ...headers };
  if (body instanceof FormData) return asked(path, { method, headers: told, body });
  return asked(path, { method, headers: { ...told, "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function access() {
  if (token && performance.now() < until) return token;
  const { body } = await read(await asked("/v1/login/refresh", { method: "POST" }));
  token = body.access_token;
  until = performance.now() + body.expires_in * 1000 - EARLY;
  return token;
}

async function asked(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Problem(0);
  }
}

async function read(answer) {
  const body = await written(answer);
  if (answer.ok) return { body, etag: answer.headers.get("ETag") };
  if (answer.status === 401) ended();
  throw new Problem(answer.status, body || {});
}

async function written(answer) {
  try {
    const text = await answer.text();
    return text ? JSON.parse(text) : null;
  } catch {
    throw new Problem(answer.ok ? 0 : answer.status);
  }
}
