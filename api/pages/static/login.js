const form = document.getElementById("login");
const fault = document.getElementById("fault");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  fault.hidden = true;
  const button = form.querySelector("button");
  button.disabled = true;
  const said = new URLSearchParams(new FormData(form));
  said.set("grant_type", "password");
  const answer = await fetch("/v1/login", { method: "POST", body: said });
  button.disabled = false;
  if (answer.ok) {
    const next = new URLSearchParams(location.search).get("next") || "/desk";
    location.assign(/^\/[a-z]/.test(next) ? next : "/desk");
    return;
  }
  const problem = await answer.json();
  fault.textContent = `${problem.detail} (${problem.detail_en})`;
  fault.hidden = false;
  document.getElementById("password").focus();
});
