// Limits are told before they hurt: how much room is left, once it becomes little.

const NEAR = 0.8;
const LIMIT_MS = 300;
const encoder = new TextEncoder();

/** Bytes as the server counts them: a line end is sent as two. */
export function sentBytes(text) {
  return encoder.encode(text).length + (text.match(/\n/g)?.length ?? 0);
}

function showLimit(field, name) {
  const line = document.createElement("p");
  line.className = "limit";
  line.id = `limit-${name}`;
  line.setAttribute("role", "status");
  line.hidden = true;
  (field.closest(".editor__field") ?? field).after(line);
  const described = field.getAttribute("aria-describedby");
  field.setAttribute("aria-describedby", described ? `${described} ${line.id}` : line.id);
  return (words, isOver) => {
    line.hidden = !words;
    line.classList.toggle("limit--over", isOver);
    if (line.textContent !== words) line.textContent = words;
  };
}

function fillIn(words, number) {
  return words.replace("{n}", number.toLocaleString("ja-JP"));
}

function watchLimit(field, name, say) {
  const show = showLimit(field, name);
  let timer;
  const check = () => {
    const [words, isOver] = say(field.value);
    show(words, isOver);
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, LIMIT_MS);
  });
  check();
}

function kilobytes(bytes) {
  return Math.ceil(bytes / 1024);
}

function bodyWords(text, most, words) {
  // Three bytes at most for a letter of ours: short texts need no counting.
  if (text.length * 4 < most * NEAR) return ["", false];
  const size = sentBytes(text);
  if (size > most) return [fillIn(words.wordsBodyOver, kilobytes(size - most)), true];
  return size > most * NEAR ? [fillIn(words.wordsBodyNear, kilobytes(most - size)), false] : ["", false];
}

function titleWords(text, most, words) {
  const length = [...text].length;
  if (length > most) return [fillIn(words.wordsTitleOver, length - most), true];
  return length > most * NEAR ? [fillIn(words.wordsTitleNear, most - length), false] : ["", false];
}

function topicWords(text, most, words) {
  const names = new Set(text.split(/[,、，\n#＃]+/).map((name) => name.trim()).filter(Boolean));
  if (names.size > most) return [fillIn(words.wordsTopicsOver, names.size - most), true];
  return names.size === most ? [words.wordsTopicsFull, false] : ["", false];
}

/** Starts telling how much room is left in title, text and topics. */
export function tellLimits(form, field) {
  const words = form.dataset;
  watchLimit(field, "body", (text) => bodyWords(text, Number(words.bodyMax), words));
  const { title, topics } = form.elements;
  if (title) watchLimit(title, "title", (text) => titleWords(text, Number(words.titleMax), words));
  if (topics) watchLimit(topics, "topics", (text) => topicWords(text, Number(words.topicsMax), words));
}
