// What the page says, in Korean and in English. Names of services, states and commands come from the house.

const KO = {
  skip: "본문으로", desk: "민원 데스크", search: "검색", new: "새 민원", leave: "로그아웃", other: "English",
  open: "처리 중", mine: "내 담당", unit: "우리 부서", due: "기한 임박", overdue: "기한 지남", submitted: "접수 대기", all: "전체",
  found: "검색 결과", none: "해당하는 민원이 없습니다.", more: "더 보기", slow: "느린 검색: 두 글자 이상으로 찾으면 빠릅니다.",
  choose: "왼쪽에서 민원을 고르거나 N을 눌러 새 민원을 접수하십시오.",
  dueIn: "남음", late: "지남", met: "기한 내 처리", missed: "기한 넘김", paused: "기한 정지 중", noDue: "기한 없음", days: "일", hours: "시간", minutes: "분",
  why: "왜 이 날짜인가요?", promised: "안내한 기한", statutory: "법정 기한", basis: "근거", hops: "배정 횟수", channel: "경로", service: "종류", state: "상태", department: "담당 부서", officer: "담당자", place: "장소", petitioner: "민원인", submittedAt: "신청", answer: "답변",
  look: "보기", purpose: "열람 목적 (기록됩니다)", lookTitle: "민원인 정보 열람", story: "처리 이력", commands: "지금 할 수 있는 일", noCommands: "지금 할 수 있는 일이 없습니다.",
  cancel: "취소", give: "확인", done: "처리했습니다.", changed: "그 사이 내용이 바뀌었습니다. 새로 읽었으니 확인한 뒤 다시 시도하십시오.",
  openTitle: "새 민원 접수", serviceFind: "민원 종류 (예: 가로등, ㄱㄹㄷ)", title: "제목", body: "내용", address: "주소", lat: "위도", lon: "경도", name: "이름", phone: "전화번호", email: "전자우편", submit: "접수", opened: "접수되었습니다", tell: "접수번호를 민원인에게 알려 주십시오.", again: "새 민원 접수", show: "민원 보기", draft: "쓰던 내용을 불러왔습니다.", questions: "추가 질문", day: "날짜", counted: "계산", reason: "사유", yes: "예", no: "아니오", choosePlease: "선택하십시오", failed: "처리하지 못했습니다.", optional: "선택", back: "목록으로", duplicates: "같은 곳의 비슷한 민원", seconds: "초",
};
const EN = {
  skip: "Skip to content", desk: "ticket desk", search: "Search", new: "New ticket", leave: "Log out", other: "한국어",
  open: "Open", mine: "Mine", unit: "My unit", due: "Due soon", overdue: "Overdue", submitted: "To accept", all: "All",
  found: "Search results", none: "No tickets.", more: "More", slow: "Slow search: two syllables or more are quicker.",
  choose: "Choose a ticket on the left, or press N to open one.",
  dueIn: "left", late: "late", met: "on time", missed: "late", paused: "clock paused", noDue: "no deadline", days: "d", hours: "h", minutes: "min",
  why: "Why this date?", promised: "Promised", statutory: "By law", basis: "Legal basis", hops: "Hand-offs", channel: "Channel", service: "Service", state: "State", department: "Department", officer: "Officer", place: "Place", petitioner: "Petitioner", submittedAt: "Submitted", answer: "Answer",
  look: "Show", purpose: "Purpose (it is recorded)", lookTitle: "Show personal data", story: "History", commands: "What may be done now", noCommands: "Nothing may be done now.",
  cancel: "Cancel", give: "Confirm", done: "Done.", changed: "It changed meanwhile. It was read again: check and try once more.",
  openTitle: "Open a ticket", serviceFind: "Service (type a word)", title: "Title", body: "Text", address: "Address", lat: "Latitude", lon: "Longitude", name: "Name", phone: "Telephone", email: "E-mail", submit: "Open", opened: "Ticket opened", tell: "Read the number to the caller.", again: "Open another", show: "Show ticket", draft: "Your draft is back.", questions: "Questions", day: "Day", counted: "Counted", reason: "Reason", yes: "yes", no: "no", choosePlease: "Choose", failed: "It failed.", optional: "optional", back: "Back to the list", duplicates: "Similar tickets near by", seconds: "s",
};

export let language = localStorage.getItem("language") === "en" ? "en" : "ko";

export function t(key) {
  return (language === "en" ? EN : KO)[key] ?? key;
}

export function named(thing) {
  if (!thing) return "–";
  return language === "en" ? thing.name_en || thing.code : thing.name_ko;
}

export function detail(problem) {
  return (language === "en" ? problem.body.detail_en : problem.body.detail) || t("failed");
}

export function say() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = t(element.dataset.word);
  const other = document.getElementById("language");
  other.textContent = t("other");
  other.lang = language === "en" ? "ko" : "en";
}

export function turn() {
  language = language === "en" ? "ko" : "en";
  localStorage.setItem("language", language);
}

export function moment(text) {
  if (!text) return "–";
  const shown = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "ko-KR", {
    timeZone: "Asia/Seoul", month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  return shown.format(new Date(text));
}
