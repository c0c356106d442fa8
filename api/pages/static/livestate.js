// Says how far the figures can be trusted: how old they are, whose clock they follow, whether anybody still tells.

import { byId, fill, icon } from "./dom.js";
import { frame, now, standing } from "./live.js";
import { day, mark, put, span, time, write } from "./livefigures.js";
import { t } from "./words.js";

const SIGNS = { live: "check", late: "clock", silent: "alert", lost: "alert", refused: "alert", none: "clock" };
let signed = "";

/** Writes clock, age and warnings; returns the moment it is in the centre. */
export function tellState() {
  const [at, how] = [now(), standing()];
  mark(document.body, "data-standing", how.state);
  mark(document.body, "data-frozen", how.frozen ? "yes" : null);
  write("clock", time(at, { seconds: true }));
  write("day", at === null ? "" : day(at));
  write("age", how.state === "live" ? `${t("live")} · ${Math.floor(how.seconds)}${t("ago")}` : "");
  pace();
  warn(how);
  return at;
}

/** Says that the callers are invented, and how fast the day is played. */
function pace() {
  const speed = frame()?.speed ?? 1;
  const played = speed !== 1;
  byId("speed").hidden = !played && !frame()?.sources.some((one) => one.simulated);
  write("speed", played ? `${t("simulated")} ×${speed.toLocaleString()}` : t("simulated"));
}

function warn(how) {
  const box = byId("warning");
  const quiet = how.state === "live" && calm();
  if (signed !== how.state + quiet) {
    signed = how.state + quiet;
    fill(byId("sign"), icon(SIGNS[how.state]));
  }
  mark(box, "data-level", how.state === "late" || how.state === "none" ? "warn" : how.state === "live" ? (quiet ? "ok" : "none") : "bad");
  put(byId("warning-text"), said(how, quiet));
  put(byId("warning-age"), ageOf(how));
}

function calm() {
  return frame().alerts.length === 0;
}

function said({ state, source }, quiet) {
  switch (state) {
    case "lost": return t("lostServer");
    case "refused": return t("refusedLive");
    case "none": return t("connecting");
    case "silent": return source === null ? t("noSource") : `${t("silentSource")} (${source})`;
    case "late": return "";
    default: return quiet ? t("calm") : "";
  }
}

function ageOf({ state, seconds, source }) {
  if (state === "late") return `${Math.floor(seconds)}${t("lateData")} (${source})`;
  return state === "lost" || (state === "silent" && source !== null) ? span(seconds) : "";
}
