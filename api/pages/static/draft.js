// What was typed into the form of a new ticket, kept over a reload; never names or ways to reach anybody.

const PLACE = "draft";

export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE)) ?? null;
  } catch {
    return null;
  }
}

export function keep(draft) {
  sessionStorage.setItem(PLACE, JSON.stringify(draft));
}

export function drop() {
  sessionStorage.removeItem(PLACE);
}
