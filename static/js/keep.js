// What one types into a form stays in this browser until the server has it. A form that is opened
// again gets it back, with the same form_key, so that nothing is created twice.

const PREFIX = "kb:keep:";
const SENT_COOKIE = "kb_sent";
const KEEP_WAIT_MS = 400;
const KEPT_HERE = "kept_here";
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", KEPT_HERE]);
const NOT_TYPED = new Set(["form_key", "base_revision"]);

function keptName(form) {
  return `${PREFIX}${form.dataset.person}:${form.dataset.keep}`;
}

function readKept(form) {
  try {
    return JSON.parse(localStorage.getItem(keptName(form)));
  } catch {
    // Storage is forbidden, or holds something else: nothing was kept.
    return null;
  }
}

function forgetKept(form) {
  try {
    localStorage.removeItem(keptName(form));
  } catch {
    // Storage is forbidden: there is nothing to forget.
  }
}

/** Name → list of values, as they would be sent. */
function fieldValues(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (!NEVER_KEPT.has(name) && typeof value === "string") (values[name] ??= []).push(value);
  }
  return values;
}

function typedPart(values) {
  const typed = Object.entries(values).filter(([name, list]) => !NOT_TYPED.has(name) && list.some((value) => value !== ""));
  return JSON.stringify(typed.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fillField(field, list) {
  if (field.type === "radio" || field.type === "checkbox") field.checked = list.includes(field.value);
  else if (field.type === "select-multiple") for (const option of field.options) option.selected = list.includes(option.value);
  else field.value = list[0] ?? "";
}

function fillForm(form, values) {
  for (const field of form.elements) {
    if (!field.name || NEVER_KEPT.has(field.name) || field.type === "submit" || field.type === "file") continue;
    fillField(field, values[field.name] ?? []);
  }
}

/** Drops the copies of forms that have arrived at the server. */
function forgetSent() {
  const sent = document.cookie.match(new RegExp(`(?:^|; )${SENT_COOKIE}=([^;]+)`))?.[1].split(".") ?? [];
  if (!sent.length) return;
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && sent.some((key) => localStorage.getItem(name).includes(key))) localStorage.removeItem(name);
  }
  document.cookie = `${SENT_COOKIE}=; max-age=0; path=/; samesite=lax`;
}

class FormKeeper {
  constructor(form) {
    this.form = form;
    this.before = fieldValues(form);
    this.mark = document.querySelector("[data-kept]");
    this.isWaiting = false;
    form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), KEEP_WAIT_MS);
    });
    form.addEventListener("change", () => this.keep());
    form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("pagehide", () => this.keep());
    addEventListener("online", () => {
      if (this.isWaiting) form.requestSubmit();
    });
  }

  keep() {
    const values = fieldValues(this.form);
    if (typedPart(values) === typedPart(this.before)) return false;
    try {
      localStorage.setItem(keptName(this.form), JSON.stringify(values));
    } catch {
      // Storage is full or forbidden: the form itself still holds the text.
      return false;
    }
    this.showMark();
    return true;
  }

  /** Tells the server that the text is here, in case nobody is signed in any more. */
  tellKept(isKept) {
    const told = this.form.elements[KEPT_HERE] ?? this.form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: KEPT_HERE }));
    told.value = isKept ? "1" : "";
  }

  showMark() {
    if (!this.mark) return;
    const clock = new Date().toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" });
    this.mark.hidden = false;
    this.mark.querySelector("span").textContent = `${this.form.dataset.wordsKept} ${clock}`;
  }

  submitted(event) {
    this.tellKept(this.keep());
    if (navigator.onLine) return;
    event.preventDefault();
    this.isWaiting = true;
    this.say(this.form.dataset.wordsOffline);
  }

  restore() {
    const values = readKept(this.form);
    if (!values || typedPart(values) === typedPart(this.before)) return;
    fillForm(this.form, values);
    // Parts of the form that are drawn from its fields draw themselves again.
    this.form.dispatchEvent(new Event("restored"));
    this.form.querySelectorAll("details").forEach((fold) => {
      fold.open ||= [...fold.querySelectorAll("input, select, textarea")].some((field) => (values[field.name] ?? []).some(Boolean));
    });
    this.showMark();
    this.say(this.form.dataset.wordsRestored, () => {
      fillForm(this.form, this.before);
      this.form.dispatchEvent(new Event("restored"));
      forgetKept(this.form);
      if (this.mark) this.mark.hidden = true;
    });
  }

  /** A notice over the form; with `undo` it has a button that takes the restored text away. */
  say(words, undo) {
    this.notice?.remove();
    this.notice = document.createElement("p");
    this.notice.className = "notice";
    this.notice.setAttribute("role", "status");
    const text = document.createElement("span");
    text.textContent = `${words} `;
    if (undo) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "linkbtn", textContent: this.form.dataset.wordsUndo });
      button.addEventListener("click", () => {
        undo();
        this.notice.remove();
      });
      text.append(button);
    }
    this.notice.append(text);
    this.form.prepend(this.notice);
    // Whoever opens a page to read it is not torn down to a comment that was begun there.
    if (!("keepQuiet" in this.form.dataset)) this.notice.scrollIntoView({ block: "nearest" });
  }
}

/** Keeps what is typed into the form, and puts back what was kept before. */
export function keepTyped(form) {
  const keeper = new FormKeeper(form);
  if (!("keepNewest" in form.dataset)) {
    keeper.restore();
    return;
  }
  // The server has just given back what was typed: it replaces any older copy.
  keeper.before = {};
  keeper.keep();
}

try {
  forgetSent();
} catch (error) {
  console.info("This browser keeps nothing.", error);
}
document.querySelectorAll("form[data-keep]").forEach(keepTyped);
