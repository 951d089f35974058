// Changes in a textarea that the browser's own undo knows.

/** Replace `start`–`end` by text; the cursor stands behind it, or selects `select` inside it. */
export function replaceText(field, start, end, text, select = null) {
  field.focus();
  field.setSelectionRange(start, end);
  const isDone = text
    ? document.execCommand("insertText", false, text)
    : start === end || document.execCommand("delete");
  if (!isDone) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (select) field.setSelectionRange(start + select[0], start + select[1]);
}

/** Replace a piece of text wherever it stands now, without moving the writer's cursor. */
export function swapText(field, old, text) {
  const at = field.value.indexOf(old);
  if (at < 0) return false;
  field.setRangeText(text, at, at + old.length, "preserve");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function selection(field) {
  return field.value.slice(field.selectionStart, field.selectionEnd);
}

function wrap(field, before, after = before) {
  const { selectionStart: start, selectionEnd: end } = field;
  const words = selection(field);
  replaceText(field, start, end, before + words + after, [before.length, before.length + words.length]);
}

function lines(field) {
  const { value } = field;
  const start = value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const last = value.indexOf("\n", field.selectionEnd);
  return [start, last < 0 ? value.length : last];
}

function prefixLines(field, mark) {
  const [start, end] = lines(field);
  const old = field.value.slice(start, end).split("\n");
  const marks = old.map((line, index) => (typeof mark === "function" ? mark(index) : mark));
  const isMarked = old.every((line, index) => line.startsWith(marks[index]));
  const text = old
    .map((line, index) => (isMarked ? line.slice(marks[index].length) : marks[index] + line))
    .join("\n");
  replaceText(field, start, end, text);
}

function code(field) {
  if (selection(field).includes("\n")) wrap(field, "```\n", "\n```");
  else wrap(field, "`");
}

function table(field) {
  const [, end] = lines(field);
  replaceText(field, end, end, "\n\n|  |  |\n| --- | --- |\n|  |  |\n", [4, 4]);
}

function link(field) {
  const { selectionStart: start, selectionEnd: end } = field;
  const words = selection(field);
  const isAddress = /^https?:\/\/\S+$/.test(words);
  const text = isAddress ? `[](${words})` : `[${words}]()`;
  const cursor = isAddress || !words ? 1 : words.length + 3;
  replaceText(field, start, end, text, [cursor, cursor]);
}

/** What the buttons of the toolbar do, by name. */
export const TOOLS = {
  heading: (field) => prefixLines(field, "## "),
  strong: (field) => wrap(field, "**"),
  em: (field) => wrap(field, "*"),
  list: (field) => prefixLines(field, "- "),
  numbers: (field) => prefixLines(field, (index) => `${index + 1}. `),
  task: (field) => prefixLines(field, "- [ ] "),
  quote: (field) => prefixLines(field, "> "),
  code,
  table,
  link,
};

/** Enter inside a list begins the next item; on an empty item it ends the list. */
export function continueList(field) {
  if (field.selectionStart !== field.selectionEnd) return false;
  const at = field.selectionStart;
  const start = field.value.lastIndexOf("\n", at - 1) + 1;
  const line = field.value.slice(start, at);
  const item = /^(\s*)(?:([-*+])|(\d+)([.)]))( \[[ xX]\])? /.exec(line);
  if (!item) return false;
  if (line.length === item[0].length) {
    replaceText(field, start, at, "");
    return true;
  }
  const mark = item[2] ?? `${Number(item[3]) + 1}${item[4]}`;
  replaceText(field, at, at, `\n${item[1]}${mark}${item[5] ? " [ ]" : ""} `);
  return true;
}
