// What the campaigns' page says besides, Korean and English.

import { language, learn, t } from "./words.js";

const WORDS = {
  campaign: ["캠페인", "Campaign"],
  frontier: ["인입·발신 균형", "Frontier"],
  doNotCall: ["수신 거부", "Do not call"],
  supervisor: ["상담 운영", "Operations"],
  views: ["보기", "Views"],
  menu: ["메뉴", "Menu"],
  noCampaigns: ["아직 캠페인이 없습니다. API(POST /v1/campaigns)로 초안을 만들면 여기에 나타납니다.", "No campaigns yet. A draft made through the API (POST /v1/campaigns) shows up here."],
  noCampaign: ["이 캠페인은 없습니다.", "There is no such campaign."],
  overtakenCampaign: ["그 사이 캠페인이 바뀌었습니다. 확인한 뒤 다시 누르십시오.", "The campaign changed meanwhile. Look, and press again."],
  start: ["시작", "Start"],
  resume: ["계속", "Go on"],
  pause: ["일시중지", "Pause"],
  finish: ["종료", "Finish"],
  startSure: ["대상자에게 발신을 시작합니다.", "Agents will be given its leads to call."],
  pauseSure: ["다시 시작할 때까지 새 대상자를 배정하지 않습니다.", "No more leads are given out until it goes on."],
  finishSure: ["되돌릴 수 없습니다. 아직 남은 대상자는 기간 만료로 처리됩니다.", "For ever: leads that still wait will expire."],
  of: ["/", "of"],
  period: ["기간", "Days"],
  windows: ["발신 시간", "Calls"],
  attemptsAtMost: ["최대 시도", "Attempts"],
  mode: ["방식", "Mode"],
  preview: ["미리보기", "preview"],
  progressive: ["순차 자동", "progressive"],
  onHolidays: ["공휴일 포함", "holidays too"],
  draft: ["초안", "draft"],
  running: ["진행중", "running"],
  paused: ["일시중지", "paused"],
  finished: ["종료", "finished"],

  successes: ["성공", "Successes"],
  remaining: ["남은 목표", "Still wanted"],
  finishDay: ["예상 완료일", "Expected finish"],
  attempts: ["발신 시도", "Attempts"],
  contacts: ["접촉", "Contacts"],
  contactsPerHour: ["시간당 접촉", "Contacts an hour"],
  successesPerHour: ["시간당 성공", "Successes an hour"],
  dropped: ["연결 후 끊김", "Dropped"],
  leadsLeft: ["남은 대상자", "Leads left"],
  quota: ["목표", "quota"],
  noQuota: ["목표 없음", "no quota"],
  needed: ["필요", "needed"],
  ofLive: ["응답 대비", "of answers"],
  perAttempt: ["시도 대비", "of attempts"],
  inTime: ["기한 내", "in time"],
  atRisk: ["기한 빠듯", "at risk"],
  tooLate: ["기한 초과 예상", "too late"],
  unknownFinish: ["예측 불가", "not known"],
  reached: ["목표 달성", "reached"],
  whyNoQuota: ["목표가 없어 완료일도 없습니다.", "Without a quota there is no finish."],
  whyNoSuccess: ["최근 성공이 없어 예측할 수 없습니다.", "No recent success to tell it by."],
  whyNoLeads: ["남은 대상자가 목표보다 적습니다.", "Fewer leads are left than are wanted."],
  whyEnded: ["종료된 캠페인입니다.", "The campaign is over."],
  notInAYear: ["1년 안에 끝나지 않음", "not within a year"],
  interval80: ["80% 구간", "80 % interval"],
  formula: ["계산", "How it is counted"],

  burndown: ["남은 목표 추이", "Burn-down"],
  burndownHint: ["남은 목표와 예상 완료일 (80% 구간)", "Remaining quota, and when it is done (80 % interval)"],
  burnActual: ["남은 목표", "Still wanted"],
  burnPace: ["마감에 맞는 속도", "Pace to the end date"],
  burnFan: ["예상 (80% 구간)", "Forecast (80 % interval)"],
  today: ["오늘", "today"],
  lastDay: ["마감", "end"],
  rising: ["누적 성공 (목표 없음)", "Successes so far (no quota)"],
  measures: ["현황", "Figures"],
  figures: ["수치로 보기", "As a table"],

  cells: ["할당 셀", "Quota cells"],
  cell: ["셀", "Cell"],
  achieved: ["달성", "Done"],
  leadsHere: ["남은 대상자", "Leads left"],
  noCells: ["할당 셀이 없는 캠페인입니다.", "The campaign has no quota cells."],
  full: ["완료", "full"],
  short: ["대상자 부족", "too few leads"],
  rates: ["응답률 (AAPOR)", "Response rates (AAPOR)"],
  rate: ["지표", "Rate"],
  aaporSource: ["AAPOR 표준 정의 제10판(2023)", "AAPOR Standard Definitions, 10th edition (2023)"],
  aaporCases: ["시도가 아니라 대상자 기준이며, 한 대상자는 마지막 결과로 한 번만 셉니다.", "By lead and not by attempt: each counts once, by the last thing known of it."],
  leads: ["대상자 상태", "Leads"],
  dispositions: ["시도 결과", "Outcomes of attempts"],
  noLeads: ["등록된 대상자가 없습니다.", "There are no leads."],
  noAttempts: ["아직 시도가 없습니다.", "No attempts yet."],
  history: ["명령 이력", "What it was told"],
  told_create: ["생성", "Created"],
  told_amend: ["수정", "Amended"],
  told_start: ["시작", "Started"],
  told_pause: ["일시중지", "Paused"],
  told_finish: ["종료", "Finished"],

  imports: ["대상자 등록", "Import leads"],
  importHint: ["CSV (UTF-8 또는 CP949). 열: 전화번호, 성명, 할당셀. 먼저 확인한 뒤 등록합니다.", "CSV in UTF-8 or CP949 with the columns 전화번호, 성명, 할당셀. It is tried before it is done."],
  chooseFile: ["CSV 파일", "CSV file"],
  tryFile: ["먼저 확인", "Try it"],
  doImport: ["등록하기", "Import"],
  importFinished: ["종료된 캠페인에는 대상자를 더할 수 없습니다.", "A finished campaign takes no more leads."],
  noFile: ["파일을 고르십시오.", "Choose a file."],
  wouldCome: ["등록 예정", "would be imported"],
  came: ["등록됨", "imported"],
  refusedRows: ["제외", "refused"],
  row: ["행", "Row"],
  result: ["결과", "Result"],
  tried: ["확인만 했습니다. 아직 아무것도 저장되지 않았습니다.", "Tried only: nothing is stored yet."],
  importDone: ["대상자를 등록했습니다.", "The leads are in."],
  onlyRefused: ["제외된 행만", "Refused rows only"],
  moreRows: ["행이 더 있습니다", "more rows"],
  ok: ["등록", "lead"],
  unreadable: ["읽을 수 없는 행", "row cannot be read"],
  bad_number: ["쓸 수 없는 번호", "unusable number"],
  twice_in_file: ["파일 안 중복", "twice in the file"],
  in_campaign: ["이미 등록된 번호", "in the campaign already"],
  unknown_cell: ["모르는 할당 셀", "unknown cell"],
  do_not_call: ["수신 거부", "do not call"],

  dncTitle: ["수신 거부 번호", "Numbers not to be called"],
  dncHint: ["번호는 해시로만 보관합니다. 등록하면 모든 캠페인에서 즉시 제외됩니다.", "Only a keyed hash is kept. A number on the list is called in no campaign from now on."],
  dncAdd: ["등록", "Add"],
  dncRemove: ["해제", "Remove"],
  dncReason: ["사유", "Reason"],
  dncAdded: ["수신 거부로 등록했습니다.", "The number is on the list."],
  dncRemoved: ["수신 거부를 해제했습니다.", "The number is off the list."],
  dncLatest: ["최근 등록", "Latest entries"],
  dncNone: ["등록된 번호가 없습니다.", "The list is empty."],
  phoneHint: ["예: 010-1234-5678", "Such as 010-1234-5678"],

  frontierHint: ["대기 상담사를 몇 명 남기고 발신할 것인가: 많이 남길수록 인입 서비스레벨은 오르고 발신 성공은 줄어듭니다.", "How many agents to keep idle before calling out: the more, the better inbound is served and the fewer successes come of outbound."],
  keptFrontiers: ["보관된 계산", "Kept"],
  noneKept: ["보관된 계산이 없습니다.", "Nothing is kept yet."],
  noFrontiers: ["아직 보관된 계산이 없습니다. 아래 명령이 쓴 JSON 파일을 올리면 여기에 그려집니다.", "Nothing is kept yet. Bring the JSON file that this command writes, and it is drawn here."],
  frontierFile: ["계산 파일 (JSON)", "Frontier file (JSON)"],
  frontierFileHint: ["callcenter campaign frontier --json 이 쓴 파일을 고르거나 끌어다 놓으십시오.", "Choose or drop the file that callcenter campaign frontier --json wrote."],
  frontierKept: ["계산을 보관했습니다.", "The frontier is kept."],
  noJson: ["JSON 파일이 아닙니다.", "This is no JSON file."],
  noFrontier: ["callcenter.frontier/1 형식이 아닙니다.", "This is not of the shape callcenter.frontier/1."],
  frontierChart: ["인입 서비스레벨과 발신 성공", "Inbound service level against outbound successes"],
  inboundLevel: ["인입 서비스레벨", "Inbound service level"],
  outboundSuccesses: ["발신 성공", "Outbound successes"],
  level: ["서비스레벨", "Service level"],
  m_asa: ["평균 응답 대기", "Avg answer"],
  m_abandonment_rate: ["포기율", "Abandoned"],
  m_occupancy: ["점유율", "Occupancy"],
  m_dropped: ["연결 후 끊김", "Dropped"],
  m_outbound_hours: ["발신 시간 (h)", "Outbound h"],
  m_leads_left: ["남은 대상자", "Leads left"],
  m_citizens_satisfied: ["시민 만족", "Citizens satisfied"],
  target: ["목표", "target"],
  wanted: ["필요", "wanted"],
  chance: ["기한 내 달성 확률", "Chance by the date"],
  idle: ["남길 상담사", "Kept idle"],
  change: ["한 명 더 남기면", "One more idle"],
  thresholds: ["대기 상담사 기준 k", "Thresholds k"],
  campaignsAt: ["캠페인별:", "Campaigns at"],
  doneOn: ["완료일 (5–95%)", "Done on (5–95 %)"],
  never: ["미완료", "not done"],
  best: ["권장", "best"],
  written: ["시나리오 값", "as in the scenario"],
  dominated: ["열등", "dominated"],
  dominatedBy: ["열등:", "dominated by"],
  targetMissed: ["목표 미달", "misses target"],
  listsOut: ["대상자 소진: 더 긴 명단이 있어야 성공이 늘어납니다", "lists run out: more successes take longer lists"],
  byDay: ["기한", "by"],
  replications: ["반복", "replications"],
  allFinished: ["모든 캠페인", "all campaigns"],
  assumedInputs: ["가정한 입력", "What was assumed"],
  assumedShow: ["개 입력은 출처가 없어 가정했습니다.", " inputs have no source and were assumed."],
  nothingAssumed: ["가정한 캠페인 입력이 없습니다.", "No input of a campaign was assumed."],
  "k-front": ["효율적인 점 (95% 구간)", "Efficient (95 % interval)"],
  "k-beaten": ["열등한 점", "Dominated"],
  "k-ring": ["고른 k", "Chosen k"],
  "k-wished": ["두 목표를 모두 만족", "Both wishes met"],
};

const LEAD_STATES = {
  waiting: ["대기", "waiting"],
  call_back: ["재통화 예정", "call-back"],
  in_hand: ["상담사 배정", "in hand"],
  succeeded: ["성공", "succeeded"],
  partial: ["일부 응답", "partial"],
  refused: ["거절", "refused"],
  wrong_number: ["결번·오번호", "wrong number"],
  exhausted: ["시도 횟수 초과", "exhausted"],
  do_not_call: ["수신 거부", "do not call"],
  quota_full: ["할당 완료", "quota full"],
  expired: ["기간 만료", "expired"],
};

const DISPOSITIONS = {
  success: ["성공", "success"],
  partial: ["일부 응답", "partial"],
  call_later: ["재통화 약속", "call later"],
  refusal: ["거절", "refusal"],
  no_answer: ["무응답", "no answer"],
  busy: ["통화중", "busy"],
  machine: ["자동응답", "machine"],
  wrong_number: ["결번·오번호", "wrong number"],
  dropped: ["연결 후 끊김", "dropped"],
};

/** What AAPOR's letters stand for, as a formula names them. */
const CODES = {
  I: ["완료", "complete"],
  P: ["일부 응답", "partial"],
  R: ["거절", "refusal"],
  NC: ["접촉 못 함", "non-contact"],
  O: ["그 밖의 접촉(재통화 약속)", "other contact (call later)"],
  U: ["적격 여부 모름", "eligibility unknown"],
};
const RATES_EN = { RR1: "Minimum response rate", RR2: "Response rate with partials", COOP1: "Minimum cooperation rate", REF1: "Refusal rate", CON1: "Contact rate" };
const WEEKDAYS = { mon: ["월", "Mon"], tue: ["화", "Tue"], wed: ["수", "Wed"], thu: ["목", "Thu"], fri: ["금", "Fri"], sat: ["토", "Sat"], sun: ["일", "Sun"] };

learn(WORDS);

export const leadState = (code) => chosen(LEAD_STATES[code], code);
export const disposition = (code) => chosen(DISPOSITIONS[code], code);
export const weekday = (code) => chosen(WEEKDAYS[code], code);

/** Names a rate in the language of the page; what the house does not know in English keeps its code. */
export function rateName(rate) {
  return language === "en" ? (RATES_EN[rate.name] ?? rate.name) : rate.ko;
}

/** Names the letters of a formula that stand in it, in order. */
export function lettersOf(formula) {
  const found = new Set(formula.match(/[A-Z]+/g));
  return Object.entries(CODES).filter(([code]) => found.has(code)).map(([code, names]) => `${code} ${chosen(names, code)}`).join(" · ");
}

/** Names a campaign or a cell: English where it has an English name. */
export function title(one) {
  return (language === "en" && one.name_en) || one.name_ko || one.ko || one.code;
}

/** Says why a row became no lead, or that it did. */
export const rowReason = (row) => (row.status === "created" ? t("ok") : t(row.reason));

function chosen(names, code) {
  return names ? names[language === "en" ? 1 : 0] : code.replaceAll("_", " ");
}
