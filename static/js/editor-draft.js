// Nothing typed is lost: the server keeps a draft five seconds after the last key; what could not
// reach it stays in this browser and comes back when the same form opens again.
import { isComposing } from "./ime.js";

const IDLE_MS = 5_000;
const LOCAL_MS = 400;
const SAVED_COOKIE = "kb_saved";
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "form_key", "allows_empty"]);

function storageKey(form) {
  return `kb:text:${form.dataset.person}:${location.pathname}`;
}

function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(storageKey(form)));
  } catch {
    return null;
  }
}

function formValues(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (!NOT_KEPT.has(name) && typeof value === "string") values[name] = value;
  }
  return values;
}

function forgetSaved() {
  const found = document.cookie.match(new RegExp(`(?:^|; )${SAVED_COOKIE}=([^;]+)`));
  if (!found) return;
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("kb:text:") && localStorage.getItem(name).includes(found[1])) {
      localStorage.removeItem(name);
    }
  }
  document.cookie = `${SAVED_COOKIE}=; max-age=0; path=/; samesite=lax`;
}

class DraftKeeper {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.state = form.querySelector("[data-savestate]");
    this.before = JSON.stringify(formValues(form));
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", () => this.keepHere());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.isDirty()) this.keepHere();
    });
  }

  isDirty() {
    return JSON.stringify(formValues(this.form)) !== this.before;
  }

  changed() {
    clearTimeout(this.localTimer);
    clearTimeout(this.idleTimer);
    this.localTimer = setTimeout(() => this.keepHere(), LOCAL_MS);
    this.idleTimer = setTimeout(() => this.send(), IDLE_MS);
  }

  keepHere() {
    if (!this.isDirty()) return;
    try {
      localStorage.setItem(storageKey(this.form), JSON.stringify(formValues(this.form)));
    } catch {
      // Storage is full or forbidden: the server's draft remains.
    }
  }

  say(text) {
    if (this.state) this.state.textContent = text;
  }

  async send() {
    if (!this.isDirty()) return;
    const sent = JSON.stringify(formValues(this.form));
    const data = new FormData(this.form);
    if (this.form.dataset.article) data.set("article", this.form.dataset.article);
    try {
      const answer = await fetch(this.words.draftUrl, { method: "POST", body: data, redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 403) this.say(this.words.wordsExpired);
      else await this.received(answer, sent);
    } catch {
      this.say(this.words.wordsOffline);
      this.idleTimer = setTimeout(() => this.send(), IDLE_MS * 3);
    }
  }

  async received(answer, sent) {
    const result = answer.ok || answer.status === 422 ? await answer.json() : {};
    this.say(result.error ?? result.words ?? this.words.wordsOffline);
    if (!answer.ok) return;
    showEditors(result.editors);
    if (JSON.stringify(formValues(this.form)) === sent) localStorage.removeItem(storageKey(this.form));
  }

  /** Puts back what this browser kept, unless it is what the form shows anyway. */
  restore() {
    const values = kept(this.form);
    if (!values || JSON.stringify(values) === this.before) return;
    const old = formValues(this.form);
    this.fill(values);
    this.offerUndo(old);
    this.changed();
  }

  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements[name];
      if (!field || name === "kind") continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
    this.form.dispatchEvent(new Event("input"));
  }

  offerUndo(old) {
    const notice = document.createElement("p");
    notice.className = "notice notice--ok";
    notice.setAttribute("role", "status");
    const text = document.createElement("span");
    text.textContent = `${this.words.wordsRestored} `;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "linkbtn";
    undo.textContent = this.words.wordsRestoreUndo;
    undo.addEventListener("click", () => {
      this.fill(old);
      localStorage.removeItem(storageKey(this.form));
      notice.remove();
    });
    text.append(undo);
    notice.append(text);
    this.form.prepend(notice);
  }
}

function showEditors(words) {
  const place = document.querySelector("[data-editors]");
  if (!place || words === undefined) return;
  place.hidden = !words;
  place.querySelector("span").textContent = words;
}

/** Starts keeping drafts of a form. */
export function keepDrafts(form) {
  forgetSaved();
  const keeper = new DraftKeeper(form);
  keeper.restore();
  form.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.altKey || event.shiftKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
