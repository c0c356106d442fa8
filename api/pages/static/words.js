// What the page says, Korean and English. Names of services, states and commands come from the house.

const WORDS = {
  skip: ["본문으로 바로가기", "Skip to content"],
  desk: ["민원 데스크", "ticket desk"],
  wallboard: ["현황판", "Wallboard"],
  campaigns: ["캠페인", "Campaigns"],
  search: ["민원 검색", "Search tickets"],
  searchHint: ["낱말 · 민원번호 · 전화번호", "Words, number or telephone"],
  new: ["새 민원", "New ticket"],
  leave: ["로그아웃", "Log out"],
  other: ["English", "한국어"],
  lists: ["목록", "Lists"],
  mine: ["내 담당", "Mine"],
  unit: ["우리 부서", "My unit"],
  due: ["기한 임박", "Due soon"],
  overdue: ["기한 지남", "Overdue"],
  submitted: ["접수 대기", "To accept"],
  routed: ["새로 배정", "To take"],
  open: ["처리 중 전체", "All open"],
  all: ["전체", "All"],
  found: ["검색 결과", "Search results"],
  ofCaller: ["이 민원인의 민원", "Tickets of this petitioner"],
  none: ["해당하는 민원이 없습니다.", "No tickets here."],
  more: ["더 보기", "Show more"],
  choose: ["목록에서 민원을 고르거나, 새 민원을 접수하십시오.", "Choose a ticket from the list, or open a new one."],
  chooseKeys: ["N 새 민원 · / 검색 · J K 목록 이동 · ? 단축키", "N new · / search · J K move · ? keys"],
  back: ["목록", "List"],
  gone: ["이 민원은 없거나 볼 수 없습니다.", "There is no such ticket, or it is not for you."],
  notForYou: ["이 계정에는 민원 데스크 권한이 없습니다.", "This account has no access to the ticket desk."],
  failed: ["처리하지 못했습니다.", "It failed."],
  offline: ["서버가 응답하지 않습니다.", "The server does not answer."],
  ended: ["로그인이 끝났습니다. 쓰던 내용은 그대로 있습니다.", "Your login has ended. What you wrote is still here."],
  loginAgain: ["새 창에서 로그인", "Log in in a new window"],
  refreshed: ["내용이 바뀌어 다시 읽었습니다.", "It changed and was read again."],

  left: ["남음", "left"],
  late: ["지남", "late"],
  longLate: ["1년 넘게 지남", "late by over a year"],
  longLeft: ["1년 넘게 남음", "over a year left"],
  today: ["오늘까지", "until tonight"],
  met: ["기한 내 처리", "On time"],
  missed: ["기한 넘김", "Missed"],
  paused: ["기한 정지", "Paused"],
  notYet: ["접수 전", "Not accepted"],
  noDue: ["기한 없음", "No deadline"],
  workTime: ["근무시간 기준", "in working time"],
  days: ["일", " d"],
  hours: ["시간", " h"],
  minutes: ["분", " min"],
  until: ["까지", ""],
  why: ["왜 이 날짜인가요?", "Why this date?"],
  whyTitle: ["기한 계산 내역", "How the date came about"],
  day: ["날짜", "Day"],
  counted: ["계산", "Counts"],
  reason: ["내용", "Account"],
  yes: ["예", "yes"],
  no: ["아니요", "no"],
  calendar: ["달력", "Calendar"],
  rule: ["규정", "Rule"],
  close: ["닫기", "Close"],
  running: ["진행", "running"],
  void: ["해당 없음", "void"],

  statutory: ["법정 기한", "By law"],
  promised: ["안내한 기한", "Promised"],
  period: ["처리기간", "Period"],
  hops: ["배정 횟수", "Hand-offs"],
  channel: ["접수 경로", "Channel"],
  service: ["민원 종류", "Service"],
  state: ["상태", "State"],
  department: ["담당 부서", "Unit"],
  officer: ["담당자", "Officer"],
  team: ["출동팀", "Team"],
  cooperating: ["협조 부서", "Cooperating unit"],
  place: ["위치", "Place"],
  submittedAt: ["신청", "Submitted"],
  acceptedAt: ["접수", "Accepted"],
  extensions: ["연장", "Extensions"],
  reopenings: ["재접수", "Reopened"],
  outcome: ["결과", "Outcome"],
  answer: ["답변", "Answer"],
  facts: ["민원 정보", "Facts"],
  clocks: ["기한", "Deadlines"],
  times: ["회", "×"],
  story: ["처리 이력", "History"],
  files: ["첨부 파일", "Files"],
  fileHint: ["JPEG, PNG, WebP, PDF. 사진 속 위치와 기기 정보는 지우고 보관합니다.", "JPEG, PNG, WebP or PDF. Place and device are taken out of pictures."],
  system: ["시스템", "system"],
  commands: ["지금 할 수 있는 일", "What may be done now"],
  noCommands: ["지금 할 수 있는 일이 없습니다.", "Nothing may be done now."],
  print: ["인쇄", "Print"],

  petitioner: ["민원인", "Petitioner"],
  anonymous: ["민원인 정보 없이 접수되었습니다.", "Opened without a petitioner."],
  name: ["이름", "Name"],
  phone: ["전화번호", "Telephone"],
  email: ["전자우편", "E-mail"],
  home: ["주소", "Address"],
  consents: ["알림 동의", "Told by"],
  sms: ["문자", "text message"],
  nothingConsented: ["동의하지 않음", "no consent"],
  look: ["보기", "Show"],
  lookTitle: ["민원인 정보 열람", "Show personal data"],
  lookHint: ["열람한 사람, 항목, 목적이 기록으로 남습니다. 2분 뒤 다시 가려집니다.", "Who looked, at what and why is recorded. It is masked again after two minutes."],
  purpose: ["열람 목적", "Purpose"],
  purposeShort: ["목적을 네 글자 이상 적으십시오.", "Say why, in four characters or more."],
  purposes: ["처리 결과 안내\n추가 확인 통화\n현장 방문 약속\n동일 민원인 확인", "Tell the result\nAsk for details\nArrange a visit\nSame petitioner?"],
  nothingChosen: ["볼 항목을 고르십시오.", "Choose what to show."],
  original: ["원문", "Original text"],
  showOriginal: ["원문 보기", "Show original"],
  noOriginal: ["가려진 내용이 없습니다.", "Nothing was taken out."],
  earlier: ["이 민원인의 다른 민원", "Their other tickets"],

  cancel: ["취소", "Cancel"],
  give: ["확인", "Confirm"],
  done: ["처리했습니다", "Done"],
  owed: ["민원인에게 알림이 나갑니다.", "The petitioner will be notified."],
  changed: ["그 사이 민원이 바뀌었습니다. 적은 내용은 그대로 두었으니 확인한 뒤 다시 누르십시오.", "It changed meanwhile. What you wrote was kept: check, and confirm again."],
  noLonger: ["이제 이 처리를 할 수 없는 상태입니다. 적은 내용은 복사해 두십시오.", "This may not be done any more. Copy what you wrote."],
  stored: ["먼저 보낸 내용이 이미 저장되었습니다. 이력을 확인하십시오.", "What you sent first has been stored already. See the history."],
  lostAnswer: ["응답을 받지 못했습니다. 다시 누르면 두 번 처리되지 않고 결과만 확인합니다.", "No answer came. Pressing again asks for the result; nothing is done twice."],
  optional: ["선택", "optional"],
  choosePlease: ["선택하십시오", "Choose"],
  required: ["필수 항목입니다.", "This is needed."],

  openTitle: ["새 민원 접수", "New ticket"],
  serviceFind: ["이름, 낱말 또는 초성 (가로등, ㄱㄹㄷ)", "Name or a word (streetlight)"],
  noService: ["맞는 민원 종류가 없습니다.", "No such service."],
  chooseService: ["목록에서 민원 종류를 고르십시오.", "Choose a service from the list."],
  questions: ["추가 질문", "Questions"],
  title: ["제목", "Title"],
  titleHint: ["비워 두면 내용의 첫 줄", "Left empty: first line of the text"],
  body: ["내용", "Text"],
  address: ["주소", "Address"],
  addressHint: ["도로명 주소나 가까운 건물", "Street, number or landmark"],
  coordinates: ["좌표", "Coordinates"],
  coordinatesHint: ["위도, 경도", "latitude, longitude"],
  coordinatesWrong: ["'37.5034, 126.7660'처럼 위도와 경도를 적으십시오.", "Write latitude and longitude as '37.5034, 126.7660'."],
  placeNeeded: ["이 민원은 주소나 좌표가 필요합니다.", "This service needs an address or coordinates."],
  phoneWrong: ["전화번호를 확인하십시오. 예: 010-1234-5678", "Check the number, such as 010-1234-5678."],
  emailWrong: ["전자우편 주소를 확인하십시오.", "Check the e-mail address."],
  consentHint: ["알림 동의", "May be told by"],
  submit: ["접수", "Open ticket"],
  opened: ["접수되었습니다", "Ticket opened"],
  tellCaller: ["민원인에게 번호와 기한을 알려 주십시오.", "Tell the caller the number and the date."],
  again: ["다음 민원 접수", "Open another"],
  show: ["민원 보기", "Show ticket"],
  draft: ["쓰던 내용을 불러왔습니다. 이름과 연락처는 보관하지 않습니다.", "Your draft is back. Names and numbers are never kept."],
  discard: ["지우기", "Clear"],
  openedBefore: ["먼저 보낸 내용으로 이미 접수되어 그 번호를 보여 드립니다. 나중에 고친 내용은 들어 있지 않습니다.", "It had been opened as you sent it first; later changes are not part of it."],
  keyUsed: ["이 양식은 이미 접수되었습니다. '처리 중 전체' 목록에서 번호를 확인하십시오. 다시 누르면 새 민원으로 접수합니다.", "This form has been opened already: see 'All open'. Pressing again opens another ticket."],
  similar: ["같은 곳의 비슷한 민원", "Similar tickets here"],
  similarHint: ["같은 일이라도 민원인마다 따로 접수합니다.", "Each petitioner gets a ticket of their own."],
  sameProblem: ["같은 문제", "Same problem"],
  caseTickets: ["함께 처리하는 민원", "Tickets worked on together"],
  mayBeSame: ["같은 문제일 수 있는 민원", "May be about the same problem"],
  join: ["같은 문제로 묶기", "Join"],
  joined: ["같은 문제로 묶었습니다. 답변은 민원마다 합니다.", "Joined. Each petitioner is still answered."],
  callerTickets: ["이 번호로 접수된 민원", "Tickets of this number"],

  keys: ["단축키", "Keyboard"],
  keySearch: ["검색", "Search"],
  keyNew: ["새 민원", "New ticket"],
  keyMove: ["목록 아래·위", "Down and up the list"],
  keyCommand: ["민원의 첫째~아홉째 처리", "First to ninth command"],
  keySubmit: ["양식 제출", "Submit a form"],
  keyHelp: ["이 도움말", "This help"],
  keysOn: ["한 글자 단축키 사용", "Use single-letter keys"],
};

/** Names of what commands take and events say. */
const FIELDS = {
  unit: ["부서", "Unit"],
  team: ["출동팀", "Team"],
  officer: ["담당자 (아이디)", "Officer (login)"],
  service: ["민원 종류", "Service"],
  reason: ["사유", "Reason"],
  asked: ["보완할 내용", "What is missing"],
  received: ["받은 내용", "What came"],
  question: ["물을 내용", "Question"],
  reply_period: ["회신 기간", "Reply within"],
  opinion: ["회신 의견", "Opinion"],
  sitting: ["심의 일시", "Sitting"],
  decision: ["심의 결과", "Decision"],
  result: ["현장 결과", "Result"],
  report: ["현장 보고", "Report"],
  period: ["기간", "Period"],
  qty: ["길이", "Length"],
  consent: ["민원인 동의를 받음", "The petitioner consents"],
  message: ["알릴 내용", "Message"],
  outcome: ["결과", "Outcome"],
  answer: ["민원인에게 할 답변", "Answer to the petitioner"],
  remedy: ["구제 방법 (이의신청 등)", "How to object"],
  agency: ["받을 기관", "Agency"],
  exemption: ["통지 생략 사유", "Why no notice"],
  text: ["메모", "Note"],
  title: ["제목", "Title"],
  body: ["내용", "Text"],
  place: ["위치", "Place"],
  legal_basis: ["근거", "Legal basis"],
  n: ["차수", "Number"],
  name: ["파일", "File"],
  media_type: ["형식", "Type"],
  phase: ["구분", "Phase"],
  case: ["사건", "Case"],
  channel: ["접수 경로", "Channel"],
  calendar: ["달력", "Calendar"],
};

export let language = localStorage.getItem("language") === "en" ? "en" : "ko";

export function t(key) {
  return chosen(WORDS[key], key);
}

export function fieldName(key) {
  return chosen(FIELDS[key], key);
}

/** Names something that has both names, or a code at least. */
export function named(thing) {
  if (!thing) return "–";
  return language === "en" ? thing.name_en || plain(thing.code) : thing.name_ko;
}

export function detail(problem) {
  if (problem.status === 0) return t("offline");
  return (language === "en" ? problem.body.detail_en : problem.body.detail) || t("failed");
}

export function faultText(fault) {
  return language === "en" ? fault.detail_en : fault.detail;
}

/** Writes the language into everything of the page that has a word. */
export function say() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = t(element.dataset.word);
  for (const element of document.querySelectorAll("[data-hint]")) element.placeholder = t(element.dataset.hint);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  const other = document.getElementById("language");
  other.textContent = t("other");
  other.lang = language === "en" ? "ko" : "en";
}

/** Adds what other pages say. */
export function learn(more) {
  Object.assign(WORDS, more);
}

export function turn() {
  language = language === "en" ? "ko" : "en";
  localStorage.setItem("language", language);
}

function chosen(words, key) {
  if (!words) return plain(key);
  return words[language === "en" ? 1 : 0];
}

function plain(code) {
  return code.replaceAll("_", " ");
}
