// Tables and web pages are pasted as Markdown. Ctrl/⌘+Shift+V pastes plain text as everywhere.
import { replaceText } from "./editor-text.js";

const BLOCKS = new Set(["P", "DIV", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "FIGURE"]);
const MARKS = { STRONG: "**", B: "**", DEL: "~~", S: "~~", CODE: "`" };

function tidy(text) {
  return text.replace(/[ \t\r\n]+/g, " ");
}

function cell(node) {
  return inline(node).replace(/\|/g, "\\|").replace(/\s*\n\s*/g, " ").trim();
}

function tableText(node) {
  const rows = [...node.rows].map((row) => [...row.cells].map(cell));
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (!width) return "";
  const line = (row) => `| ${Array.from({ length: width }, (_, index) => row[index] ?? "").join(" | ")} |`;
  const rule = `|${" --- |".repeat(width)}`;
  return `\n\n${[line(rows[0]), rule, ...rows.slice(1).map(line)].join("\n")}\n\n`;
}

function listText(node, depth) {
  let number = Number(node.getAttribute("start") ?? 1);
  const items = [...node.children].filter((child) => child.tagName === "LI");
  const lines = items.map((item) => {
    const mark = node.tagName === "OL" ? `${number++}. ` : "- ";
    const text = inline(item, depth + 1).trim().replace(/\n{2,}/g, "\n");
    return `${"  ".repeat(depth)}${mark}${text}`;
  });
  return `\n${depth ? "" : "\n"}${lines.join("\n")}\n${depth ? "" : "\n"}`;
}

function linkText(node) {
  const words = inline(node).trim();
  const href = node.href;
  return /^(https?|mailto):/.test(href) && words ? `[${words}](${href})` : words;
}

function marked(node, mark) {
  const words = inline(node);
  const inner = words.trim();
  return inner ? words.replace(inner, `${mark}${inner}${mark}`) : words;
}

const RULES = {
  BR: () => "\n",
  HR: () => "\n\n---\n\n",
  TABLE: tableText,
  UL: listText,
  OL: listText,
  A: linkText,
  PRE: (node) => `\n\n\`\`\`\n${node.textContent.replace(/\n$/, "")}\n\`\`\`\n\n`,
  BLOCKQUOTE: (node) => `\n\n${inline(node).trim().replace(/^/gm, "> ")}\n\n`,
  STYLE: () => "",
  SCRIPT: () => "",
  IMG: () => "",
};

function oneNode(node, depth) {
  if (node.nodeType === Node.TEXT_NODE) return tidy(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  const name = node.tagName;
  if (RULES[name]) return RULES[name](node, depth);
  if (MARKS[name]) return marked(node, MARKS[name]);
  if (/^H[1-6]$/.test(name)) return `\n\n${"#".repeat(Math.max(2, Number(name[1])))} ${inline(node).trim()}\n\n`;
  return BLOCKS.has(name) ? `\n\n${inline(node, depth)}\n\n` : inline(node, depth);
}

function inline(node, depth = 0) {
  return [...node.childNodes].map((child) => oneNode(child, depth)).join("");
}

/** The Markdown of a piece of HTML; an empty string when it says no more than its plain text. */
export function markdownOf(html) {
  // An inert document: nothing in it is loaded or run.
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.body.querySelector("table, a[href], h1, h2, h3, h4, ul, ol, strong, b, pre, blockquote")) return "";
  return inline(page.body)
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** A selection copied from a spreadsheet, as a table; an empty string for other text. */
export function tableOf(text) {
  const rows = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  if (rows.length < 2 || rows[0].length < 2 || rows.some((row) => row.length !== rows[0].length)) return "";
  const line = (row) => `| ${row.map((text) => text.trim().replace(/\|/g, "\\|")).join(" | ")} |`;
  return [line(rows[0]), `|${" --- |".repeat(rows[0].length)}`, ...rows.slice(1).map(line)].join("\n");
}

/** Starts turning pasted tables and web pages into Markdown. */
export function pasteRichText(field) {
  let isPlain = false;
  field.addEventListener("keydown", (event) => {
    isPlain = event.shiftKey && (event.ctrlKey || event.metaKey);
  });
  field.addEventListener("paste", (event) => {
    if (event.defaultPrevented || isPlain || !event.clipboardData) return;
    const text = event.clipboardData.getData("text/plain");
    const markdown = tableOf(text) || markdownOf(event.clipboardData.getData("text/html"));
    if (!markdown || markdown === text.trim()) return;
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end } = field;
    // Tables and lists need an empty line before them.
    const isBlock = /^([|#>-]|\d+\.|```)/.test(markdown);
    const before = field.value.slice(0, start);
    const breaks = !isBlock || !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    replaceText(field, start, end, breaks + markdown);
  });
}
