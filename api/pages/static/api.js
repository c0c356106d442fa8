// Asks the house: reading with the cookie, changing with a token that the cookie fetches.

let token = null;
let until = 0;

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || String(status));
    this.status = status;
    this.body = body;
  }
}

export async function get(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (answer.status === 401) return goToLogin();
  return read(answer);
}

export async function send(method, path, body, headers = {}) {
  const answer = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json", Authorization: `Bearer ${await access()}`, ...headers },
    body: JSON.stringify(body),
  });
  if (answer.status === 401) return goToLogin();
  return read(answer);
}

export async function leave() {
  await fetch("/v1/logout", { method: "POST" });
  goToLogin();
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function access() {
  if (Date.now() < until) return token;
  const answer = await fetch("/v1/login/refresh", { method: "POST" });
  if (!answer.ok) return goToLogin();
  const said = await answer.json();
  token = said.access_token;
  until = Date.now() + (said.expires_in - 30) * 1000;
  return token;
}

async function read(answer) {
  const text = await answer.text();
  const body = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Problem(answer.status, body || {});
  return { body, etag: answer.headers.get("ETag") };
}

function goToLogin() {
  const back = encodeURIComponent(location.pathname + location.hash);
  location.assign(`/login?next=${back}`);
  return new Promise(() => {});
}
