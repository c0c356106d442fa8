// Alerts: what is wrong, since when, and who looks after it. A sound for new ones, if somebody asked for it.

import { Problem, send } from "./api.js";
import { byId, fill, h, icon, tell } from "./dom.js";
import { mark, put, time } from "./livefigures.js";
import { detail, language, t } from "./words.js";

const SIGNS = { bad: "alert", warn: "clock" };
const GRAVE = "bad";
const BEEP = 0.35;

const heard = new Set();
let drawn = "";
let voice = null;

/** Draws the alerts of a frame into a list; whoever supervises may take one. */
export function drawAlerts(list, alerts, { me, most = Infinity } = {}) {
  ring(alerts);
  const signature = JSON.stringify([alerts, language, me?.login]);
  if (signature === drawn) return;
  drawn = signature;
  const focused = document.activeElement?.dataset?.alert;
  const rest = alerts.length - most;
  fill(list, alerts.slice(0, most).map((alert) => line(alert, me)), rest > 0 && h("li", { class: "rest" }, `+${rest}`));
  if (focused) list.querySelector(`[data-alert="${focused}"]`)?.focus();
}

/** Lets alerts be heard; browsers want a person's hand for it. */
export function listen() {
  const button = byId("sound");
  button.addEventListener("click", () => {
    if (voice) silence();
    else speak();
    sayVoice();
  });
  sayVoice();
}

export function sayVoice() {
  const button = byId("sound");
  mark(button, "aria-pressed", String(voice !== null));
  put(button, t(voice ? "soundOn" : "soundOff"));
}

function line(alert, me) {
  const by = alert.owner ?? alert.acknowledged_by;
  const who = by && `${t(alert.owner ? "takenBy" : "seenBy")} ${by}`;
  return h("li", { class: `alert ${alert.severity}${by ? " seen" : ""}` }, icon(SIGNS[alert.severity] ?? "alert"),
    h("strong", {}, language === "en" ? alert.en : alert.ko),
    h("span", { class: "when" }, [`${time(alert.since)}${t("since")}`, who].filter(Boolean).join(" · ")),
    me && !by && h("button", { type: "button", class: "small", "data-alert": alert.id, onclick: (event) => take(event, alert, me) }, t("take")));
}

async function take(event, alert, me) {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    await send("POST", `/v1/live/alerts/${alert.id}/acknowledge`, { owner: me.login });
  } catch (problem) {
    button.disabled = false;
    if (!(problem instanceof Problem)) throw problem;
    tell(detail(problem));
  }
}

function speak() {
  voice = new AudioContext();
  beep();
}

function silence() {
  voice.close();
  voice = null;
}

/** Sounds once for every grave alert that nobody has seen. */
function ring(alerts) {
  const loud = alerts.filter((alert) => alert.severity === GRAVE && !alert.acknowledged_by);
  const fresh = loud.some((alert) => !heard.has(alert.id));
  heard.clear();
  for (const alert of loud) heard.add(alert.id);
  if (voice && fresh) beep();
}

function beep() {
  const [tone, volume] = [voice.createOscillator(), voice.createGain()];
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.2, voice.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, voice.currentTime + BEEP);
  tone.connect(volume).connect(voice.destination);
  tone.start();
  tone.stop(voice.currentTime + BEEP);
}
