// Copies of what is typed, in this browser: for when the network or the sign-in is gone.
import { withoutUploads } from "./editor-upload.js";

const SAVED_COOKIE = "kb_saved";
const COPY_PREFIX = "kb:text:";
const NEVER_COPIED = new Set(["csrfmiddlewaretoken", "form_key", "allows_empty", "desk"]);

/** Copies are apart by person, address and draft: two windows never write over each other. */
export function copiesOf(form) {
  return `${COPY_PREFIX}${form.dataset.person}:${location.pathname}`;
}

function readCopy(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    // Not ours, or cut short: it is left where it is.
    return null;
  }
}

/** What stands in the form, by name, as it would be sent. */
export function formValues(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (!NEVER_COPIED.has(name) && typeof value === "string") values[name] = value;
  }
  if ("body" in values) values.body = withoutUploads(values.body, form.dataset);
  return values;
}

/** Drops the copies of texts that have arrived at the server. */
export function forgetSaved() {
  const found = document.cookie.match(new RegExp(`(?:^|; )${SAVED_COOKIE}=([^;]+)`));
  if (!found) return;
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(COPY_PREFIX) && localStorage.getItem(name).includes(found[1])) localStorage.removeItem(name);
  }
  document.cookie = `${SAVED_COOKIE}=; max-age=0; path=/; samesite=lax`;
}

/** Names of drafts that other windows of this browser are writing now; empty where it cannot say. */
async function draftsOpenNow() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.map((lock) => lock.name));
}

/** What the address begins a text with: whom to ask, a title; "" for a page that begins with nothing. */
export function begunWith() {
  return new URLSearchParams(location.search).has("draft") ? "" : location.search;
}

/**
 * The newest copy that no open window is writing on. Whoever comes with a question for somebody gets no older
 * text in its place: such a page takes back only what was begun in the same way.
 */
export async function findCopy(form) {
  const open = await draftsOpenNow();
  const own = copiesOf(form);
  const begun = begunWith();
  return Object.keys(localStorage)
    .filter((name) => name === own || name.startsWith(`${own}:`))
    .map((name) => ({ name, ...readCopy(name) }))
    .filter((copy) => copy.values && !open.has(COPY_PREFIX + copy.values.draft_key))
    .filter((copy) => !begun || copy.begun === begun)
    .sort((a, b) => b.at - a.at)[0];
}

/** Puts values into the form; its parts that draw themselves from the fields hear of it. */
export function fillForm(form, values) {
  for (const field of form.elements) {
    if (!field.name || NEVER_COPIED.has(field.name) || field.name === "kind" || field.type === "submit") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values[field.name] === field.value;
    else if (field.name in values) field.value = values[field.name];
  }
  for (const name of ["title", "body", "topics"]) {
    form.elements[name]?.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Says that a copy was put back, with a button that takes it away again. */
export function offerUndo(form, old, name) {
  const notice = document.createElement("p");
  notice.className = "notice notice--ok";
  notice.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = `${form.dataset.wordsRestored} `;
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "linkbtn";
  undo.textContent = form.dataset.wordsRestoreUndo;
  undo.addEventListener("click", () => {
    fillForm(form, old);
    localStorage.removeItem(name);
    notice.remove();
  });
  text.append(undo);
  notice.append(text);
  form.prepend(notice);
}

/** Tells other windows of this browser that somebody is writing on that draft here. */
export function holdDraft(key) {
  navigator.locks?.request(COPY_PREFIX + key, { ifAvailable: true }, (lock) => lock && new Promise(() => {}));
}
