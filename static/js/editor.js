// The editor: a plain textarea that saves without script, made comfortable with it.
import { isComposing } from "./ime.js";
import { TOOLS, continueList, replaceText } from "./editor-text.js";
import { complete } from "./editor-complete.js";
import { keepDrafts } from "./editor-draft.js";
import { tellLimits } from "./editor-limits.js";
import { pasteRichText } from "./editor-paste.js";
import { startPreview } from "./editor-preview.js";
import { watchSimilar } from "./editor-similar.js";
import { takeFiles } from "./editor-upload.js";

// In the text Ctrl/⌘+K is a link, as in every editor; elsewhere on the page it leads to the search.
const SHORTCUTS = { b: "strong", i: "em", k: "link" };

/** One stop for Tab; the arrow keys move inside (ARIA toolbar pattern). */
function roveFocus(toolbar) {
  const tools = [...toolbar.querySelectorAll("button")];
  tools.forEach((tool, index) => { tool.tabIndex = index ? -1 : 0; });
  toolbar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || isComposing(event)) return;
    event.preventDefault();
    const shown = tools.filter((tool) => tool.offsetParent);
    const next = shown[(shown.indexOf(document.activeElement) + step + shown.length) % shown.length];
    tools.forEach((tool) => { tool.tabIndex = tool === next ? 0 : -1; });
    next.focus();
  });
}

function startToolbar(form, field) {
  const toolbar = form.querySelector("[data-toolbar]");
  toolbar.hidden = false;
  roveFocus(toolbar);
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("click", (event) => {
    const name = event.target.closest("[data-tool]")?.dataset.tool;
    if (!Object.hasOwn(TOOLS, name ?? "")) return;
    // From the mouse the field has kept the focus, from the keyboard it gets it now.
    TOOLS[name](field);
  });
}

function onKey(event, field) {
  if (isComposing(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
    if (continueList(field)) event.preventDefault();
    return;
  }
  const tool = (event.ctrlKey || event.metaKey) && !event.altKey && SHORTCUTS[event.key.toLowerCase()];
  if (!tool) return;
  event.preventDefault();
  event.stopPropagation();
  TOOLS[tool](field);
}

function offerTemplates(form, field) {
  const menu = form.querySelector("[data-templates]");
  if (!menu) return;
  const undo = form.querySelector("[data-template-undo]");
  let taken = "";
  const adapt = () => {
    menu.hidden = field.value.trim() !== "";
    // As long as nothing was written into it, a template goes as it came; on a phone too.
    undo.hidden = !taken || field.value !== taken;
  };
  menu.addEventListener("click", (event) => {
    const body = event.target.closest("[data-template]")?.dataset.template;
    if (body === undefined) return;
    menu.open = false;
    taken = body;
    replaceText(field, 0, field.value.length, body, [0, 0]);
    adapt();
  });
  undo.addEventListener("click", () => replaceText(field, 0, field.value.length, ""));
  field.addEventListener("input", adapt);
  adapt();
}

function startEditor(form) {
  const field = form.querySelector("[data-editor-text]");
  // Before the drafts: a text is not sent while a file is still under way.
  takeFiles(form, field);
  keepDrafts(form);
  startToolbar(form, field);
  complete(form, field, "text");
  for (const mode of ["topics", "people"]) {
    const input = form.querySelector(`[data-${mode}]`);
    if (input) complete(form, input, mode);
  }
  field.addEventListener("keydown", (event) => onKey(event, field));
  pasteRichText(field);
  offerTemplates(form, field);
  startPreview(form, field);
  watchSimilar(form);
  tellLimits(form, field);
}

document.querySelectorAll("[data-editor]").forEach(startEditor);
