// Logs in with the form; the cookie that comes back is nothing a script can read.

const form = document.getElementById("login");
const fault = document.getElementById("fault");
const button = form.querySelector("button");

/** Pages that may ask for a login and be returned to. */
const PLACES = new Set(["wallboard", "supervisor", "campaigns"]);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  fault.hidden = true;
  button.disabled = true;
  try {
    await logIn();
  } catch {
    show("서버에 연결할 수 없습니다. 잠시 후 다시 시도하십시오. (The server cannot be reached.)");
  } finally {
    button.disabled = false;
  }
});

async function logIn() {
  const said = new URLSearchParams(new FormData(form));
  said.set("grant_type", "password");
  const answer = await fetch("/v1/login", { method: "POST", body: said });
  if (answer.ok) {
    location.replace(asked() ?? `/desk${location.hash}`);
    return;
  }
  const problem = await answer.json();
  show(answer.status === 401 ? "아이디나 비밀번호가 맞지 않습니다. (Login or password is wrong.)" : `${problem.detail} (${problem.detail_en})`);
}

function asked() {
  const to = new URLSearchParams(location.search).get("to");
  return PLACES.has(to) ? `/${to}` : null;
}

function show(text) {
  fault.textContent = text;
  fault.hidden = false;
  document.getElementById("password").select();
}
