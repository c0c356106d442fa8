// Finds Korean while it is typed: by initial consonants (ㄱㄹㄷ), and by syllables not finished yet.

const FIRST = 0xac00;
const LAST = 0xd7a3;
const OF_ONE_INITIAL = 588;
const OF_ONE_VOWEL = 28;
const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

/** Says where a text begins in another; -1 if nowhere. Spaces and signs between words do not matter. */
export function placeIn(text, wanted) {
  const [line, sought] = [letters(text), letters(wanted)];
  for (let start = 0; start + sought.length <= line.length; start += 1) {
    if ([...sought].every((sign, n) => fits(sign, line[start + n], n === sought.length - 1))) return start;
  }
  return -1;
}

function letters(text) {
  return text.normalize("NFC").toLowerCase().replace(/[^0-9a-zㄱ-ㅎ가-힣]/g, "");
}

function fits(sought, sign, unfinished) {
  if (sought === sign) return true;
  const code = sign.charCodeAt(0) - FIRST;
  if (code < 0 || sign.charCodeAt(0) > LAST) return false;
  if (INITIALS.includes(sought)) return INITIALS[Math.floor(code / OF_ONE_INITIAL)] === sought;
  const typed = sought.charCodeAt(0) - FIRST;
  if (!unfinished || typed < 0 || typed % OF_ONE_VOWEL !== 0) return false;
  return typed === code - (code % OF_ONE_VOWEL);
}
