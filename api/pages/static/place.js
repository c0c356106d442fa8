// Where something is: an address, coordinates, or both.

import { h } from "./dom.js";
import { labelled } from "./fields.js";
import { t } from "./words.js";

const COORDINATES = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[, ]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;

/** Makes two fields; `read` keeps what else was known of the place. */
export function placeFields(prefix, given = {}) {
  const address = h("input", { id: `${prefix}-address`, name: "address", maxlength: 200, autocomplete: "off", value: given.address ?? "" });
  const coordinates = h("input", {
    id: `${prefix}-coordinates`, name: "coordinates", maxlength: 60, autocomplete: "off", inputmode: "text",
    pattern: COORDINATES.source.slice(1, -1), "data-wrong": t("coordinatesWrong"), value: shown(given),
  });
  return {
    address,
    coordinates,
    elements: [
      labelled(address.id, t("address"), address, { hint: t("addressHint") }),
      labelled(coordinates.id, t("coordinates"), coordinates, { hint: t("coordinatesHint") }),
    ],
    read: () => ({ ...given, address: address.value.trim() || null, ...pointOf(coordinates.value) }),
  };
}

/** Reads `37.5034, 126.7660`. */
function pointOf(text) {
  const found = COORDINATES.exec(text);
  return found ? { lat: Number(found[1]), lon: Number(found[2]) } : { lat: null, lon: null };
}

function shown({ lat, lon }) {
  return lat === null || lat === undefined ? "" : `${lat}, ${lon}`;
}
