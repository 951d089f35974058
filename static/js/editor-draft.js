// Nothing typed is lost: the server keeps a draft; what could not reach it stays in this browser.
import { isComposing } from "./ime.js";
import { begunWith, copiesOf, fillForm, findCopy, forgetSaved, formValues, holdDraft, offerUndo } from "./editor-copies.js";
import { withoutUploads } from "./editor-upload.js";

const IDLE_MS = 5_000;
const LATEST_MS = 30_000; // who never pauses is kept all the same
const LOCAL_MS = 400;

class DraftKeeper {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.state = form.querySelector("[data-savestate]");
    this.desk = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
    this.seen = form.dataset.draftSeen ?? "";
    this.before = JSON.stringify(formValues(form));
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => this.visibilityChanged());
    addEventListener("online", () => this.send());
  }

  /** Says to the server which window wrote: of two on one draft neither replaces the other's text. */
  get desk() {
    return this.form.elements.desk.value;
  }

  set desk(name) {
    this.form.elements.desk.value = name;
  }

  get copyName() {
    return `${copiesOf(this.form)}:${this.form.elements.draft_key.value}`;
  }

  isDirty() {
    return JSON.stringify(formValues(this.form)) !== this.before;
  }

  changed() {
    clearTimeout(this.localTimer);
    clearTimeout(this.idleTimer);
    this.localTimer = setTimeout(() => this.keepHere(), LOCAL_MS);
    this.idleTimer = setTimeout(() => this.send(), IDLE_MS);
    this.latestTimer ??= setTimeout(() => this.send(), LATEST_MS);
  }

  submitted(event) {
    this.keepHere();
    if (event.defaultPrevented) return;
    // A draft that arrived after the saved text would be offered as if it were newer.
    clearTimeout(this.idleTimer);
    clearTimeout(this.latestTimer);
    this.request?.abort();
  }

  visibilityChanged() {
    if (document.visibilityState === "hidden") {
      if (this.isDirty()) this.keepHere();
    } else if (this.isSignedOut) this.send();
  }

  keepHere() {
    if (!this.isDirty()) return;
    const copy = { at: Date.now(), begun: begunWith(), desk: this.desk, values: formValues(this.form) };
    try {
      localStorage.setItem(this.copyName, JSON.stringify(copy));
    } catch {
      // Storage is full or forbidden: the server's draft remains.
    }
  }

  say(text, link = null) {
    if (!this.state) return;
    this.state.textContent = text;
    if (!link) return;
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: this.words.loginUrl, target: "_blank", textContent: link });
    this.state.append(" ", anchor);
  }

  async send({ isSecond = false } = {}) {
    clearTimeout(this.latestTimer);
    this.latestTimer = null;
    if (!this.isDirty()) return;
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    const sent = JSON.stringify(formValues(this.form));
    try {
      const answer = await this.post(request.signal);
      if (answer.type !== "opaqueredirect" && answer.status !== 403) await this.received(answer, sent);
      else if (!isSecond && (await this.renewToken())) await this.send({ isSecond: true });
      else this.signedOut();
    } catch {
      if (request.signal.aborted) return;
      this.say(this.words.wordsOffline);
      this.idleTimer = setTimeout(() => this.send(), IDLE_MS * 3);
    }
  }

  post(signal) {
    const data = new FormData(this.form);
    data.set("body", withoutUploads(data.get("body"), this.words));
    data.set("draft_seen", this.seen);
    if (this.words.article) data.set("article", this.words.article);
    return fetch(this.words.draftUrl, { method: "POST", body: data, redirect: "manual", signal });
  }

  signedOut() {
    this.isSignedOut = true;
    this.keepHere();
    this.say(this.words.wordsExpired, this.words.wordsSignIn);
  }

  /** After signing in elsewhere the form needs the new token; only for the same person. */
  async renewToken() {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("[data-editor]");
    const token = form?.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token || form.dataset.person !== this.words.person) return false;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    return true;
  }

  async received(answer, sent) {
    const result = answer.ok || answer.status === 422 ? await answer.json() : {};
    this.isSignedOut = false;
    this.say(result.error ?? result.words ?? this.words.wordsOffline);
    if (!answer.ok) return;
    showEditors(result.editors);
    if (JSON.stringify(formValues(this.form)) === sent) localStorage.removeItem(this.copyName);
    if (result.key && result.key !== this.form.elements.draft_key.value) this.moveTo(result.key);
  }

  /** Another window wrote on this draft meanwhile: from now on this one has a draft of its own. */
  moveTo(key) {
    const name = this.copyName;
    this.form.elements.draft_key.value = key;
    this.before = JSON.stringify({ ...JSON.parse(this.before), draft_key: key });
    holdDraft(this.form.elements.draft_key.value);
    if (localStorage.getItem(name)) {
      localStorage.removeItem(name);
      this.keepHere();
    }
  }

  /** Puts back what this browser kept, unless it is what the form shows anyway. */
  async restore() {
    const copy = await findCopy(this.form);
    if (copy && JSON.stringify(copy.values) !== this.before && !this.isDirty()) {
      const old = formValues(this.form);
      this.desk = copy.desk ?? this.desk;
      fillForm(this.form, copy.values);
      offerUndo(this.form, old, copy.name);
      this.changed();
    }
    holdDraft(this.form.elements.draft_key.value);
  }
}

function showEditors(words) {
  const place = document.querySelector("[data-editors]");
  if (!place || words === undefined) return;
  place.hidden = !words;
  place.querySelector("span").textContent = words;
}

/** Starts keeping drafts of a form. Ctrl+S keeps one at once; Ctrl+Enter is the main button. */
export function keepDrafts(form) {
  forgetSaved();
  const keeper = new DraftKeeper(form);
  // On a page that the server answered with what was just typed, an older copy stays where it is.
  if ("keepNewest" in form.dataset) holdDraft(form.elements.draft_key.value);
  else keeper.restore();
  form.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    const act = { s: () => keeper.send(), enter: () => form.requestSubmit() }[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
