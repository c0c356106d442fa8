// Spells a formula of the measures in words, with its thresholds: nobody should have to guess what a share is a share of.

import { language } from "./words.js";

/** What formulas are made of; `T` and `S` stand for the thresholds. */
const BASES = {
  answered_within: ["T초 안에 응대", "answered within T s"],
  answered: ["응대", "answered"],
  abandoned: ["포기", "abandoned"],
  abandoned_within: ["T초 안에 포기", "abandoned within T s"],
  abandoned_short: ["S초 안에 포기", "abandoned within S s"],
  balked: ["대기 없이 끊음", "hung up at once"],
  overdue: ["T초 넘게 대기 중", "waiting over T s"],
  offered: ["인입", "offered"],
  arrived: ["총인입", "arrived"],
  waiting: ["대기 중", "waiting"],
  handled: ["처리 완료", "handled"],
  queue_full: ["대기열 초과", "queue full"],
  released: ["마감 해제", "released at closing"],
  flowed_out: ["이탈", "flowed out"],
  callbacks_accepted: ["콜백 수락", "call-backs accepted"],
  handed_back: ["되돌림", "handed back"],
  not_reached: ["연결 안 됨", "not reached"],
  wait_answered: ["응대호의 대기시간 합", "waiting time of answered calls"],
  wait_abandoned: ["포기호의 대기시간 합", "waiting time of abandoned calls"],
  talk: ["통화시간 합", "talk time"],
  hold: ["보류시간 합", "hold time"],
  wrap: ["후처리시간 합", "after-call time"],
  transfers_out: ["호전환", "transfers"],
  busy_time: ["벨울림·통화·보류·후처리 시간", "time ringing, talking, holding and wrapping up"],
  available_time: ["수신 가능 시간", "time available for calls"],
  paid_time: ["근무시간", "paid time"],
};

/** Writes a definition's formula in a language, that of the page unless another is named. */
export function spelt({ formula, threshold_s: threshold, short_s: short }, spoken = language) {
  const place = spoken === "en" ? 1 : 0;
  const word = (name) => (BASES[name]?.[place] ?? name).replace("T", threshold).replace("S", short);
  return formula.replaceAll(/[a-z_]+/g, word).replaceAll(" / ", " ÷ ").replaceAll(" - ", " − ");
}
