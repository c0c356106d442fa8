// What contradicts itself in a campaign, said before it is sent; whatever else is wrong the house says.

import { count } from "./livefigures.js";
import { following } from "./campaigndays.js";
import { filled } from "./campaignwords.js";
import { t } from "./words.js";

const LONGEST = 731;

export function faultsWithin(said) {
  return [...ofDays(said), ...ofWindows(said), ...ofCells(said), ...ofQuota(said)];
}

function* ofDays({ first_day: first, last_day: last }) {
  if (last < first) yield { field: "c-last_day", text: t("lastBeforeFirst") };
  else if (last > following(first, LONGEST)) yield { field: "c-last_day", text: t("twoYears") };
}

function* ofWindows({ windows }) {
  for (const [day, some] of Object.entries(windows)) {
    const pairs = some.map((one) => one.split("-"));
    const inOrder = pairs.every(([opens, closes], place) => opens < closes && (place === 0 || pairs[place - 1][1] <= opens));
    if (!inOrder) yield { field: `c-windows-${day}`, text: t("windowOrder") };
  }
  if (!Object.values(windows).flat().length) yield { field: "c-windows", text: t("noWindow") };
}

function* ofCells({ cells }) {
  const codes = cells.map((cell) => cell.code.normalize("NFC"));
  for (const [place, code] of codes.entries()) {
    if (codes.indexOf(code) < place) yield { field: `c-cells-${place}-code`, text: t("cellTwice") };
  }
}

function* ofQuota({ quota, cells }) {
  const known = cells.filter((cell) => cell.quota !== null).map((cell) => cell.quota);
  const sum = known.reduce((one, other) => one + other, 0);
  if (quota === null || !cells.length) return;
  if (sum > quota) yield { field: "c-quota", text: filled(t("quotaBelowCells"), count(sum)) };
  else if (known.length === cells.length && sum < quota) yield { field: "c-quota", text: filled(t("quotaBeyondCells"), count(sum)) };
}
