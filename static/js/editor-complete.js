// Completion while writing: @people, #topics and [[pages]], by name and by reading.
import { isComposing } from "./ime.js";
import { standAtCaret, standAtField } from "./editor-caret.js";
import { replaceText } from "./editor-text.js";

const DEBOUNCE_MS = 150;
let listCount = 0;

/** What stands before the cursor that can be completed: {kind, words, start, wrap}. */
const FINDERS = {
  /** Where only people mean something: the text of a contact with a customer. */
  mentions(before) {
    const found = FINDERS.text(before);
    return found?.kind === "people" ? found : null;
  },
  text(before) {
    const page = /(?:\[\[|［［)([^[\]［］\n|]{0,50})$/.exec(before);
    if (page) return { kind: "pages", words: page[1], start: page.index, wrap: (name) => `[[${name}]]` };
    const name = /(^|[^0-9A-Za-z_/&#@＃＠.])([@＠#＃])([^\s@＠#＃「」、。,.!?()（）]{0,20})$/.exec(before);
    if (!name) return null;
    const isPerson = "@＠".includes(name[2]);
    const start = name.index + name[1].length;
    const mark = isPerson ? "@" : "#";
    return { kind: isPerson ? "people" : "topics", words: name[3], start, wrap: (text) => `${mark}${text} ` };
  },
  topics(before) {
    const last = /[^,、，]*$/.exec(before);
    const words = last[0].trimStart().replace(/^[#＃]/, "");
    const start = last.index + last[0].length - last[0].trimStart().length;
    return words ? { kind: "topics", words, start, wrap: (text) => `${text}、` } : null;
  },
  people(before) {
    const words = before.trim().replace(/^[@＠]/, "");
    return words ? { kind: "people", words, start: 0, wrap: (text) => text } : null;
  },
};

class Completer {
  constructor(field, addresses, label, find) {
    Object.assign(this, { field, addresses, find });
    this.list = document.createElement("div");
    this.list.id = `completions-${++listCount}`;
    this.list.className = "suggestions completions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    this.list.hidden = true;
    field.after(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    this.asked = 0;
    this.close();
    // What is being composed is no word yet, and the IME shows a list of its own.
    field.addEventListener("input", (event) => {
      this.isComposing = event.isComposing;
      if (this.isComposing) this.close();
      else this.later();
    });
    field.addEventListener("compositionstart", () => {
      this.isComposing = true;
      clearTimeout(this.timer);
      this.close();
    });
    field.addEventListener("compositionend", () => {
      this.isComposing = false;
      this.later();
    });
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("blur", () => this.close());
    field.addEventListener("scroll", () => this.place(), { passive: true });
    for (const change of ["resize", "scroll"]) window.visualViewport?.addEventListener(change, () => this.place());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest(".suggestion");
      if (option) this.pick([...this.list.children].indexOf(option));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.wanted = this.find(this.field.value.slice(0, this.field.selectionStart));
    if (!this.wanted || !this.addresses[this.wanted.kind]) this.close();
    else this.timer = setTimeout(() => this.ask(this.wanted), DEBOUNCE_MS);
  }

  async ask(wanted) {
    const mine = ++this.asked;
    const url = new URL(this.addresses[wanted.kind], location.href);
    url.searchParams.set("q", wanted.words.slice(0, 50));
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual" });
      const items = answer.ok ? await answer.json() : [];
      if (mine === this.asked && wanted === this.wanted) this.show(items);
    } catch {
      this.close();
    }
  }

  show(items) {
    this.items = items;
    this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
    if (!items.length || this.isComposing || document.activeElement !== this.field) {
      this.close();
      return;
    }
    this.list.hidden = false;
    this.mark(0);
    this.place();
  }

  /** In a text the list stands beside the words that are completed; other fields are one line. */
  place() {
    if (this.list.hidden || !this.wanted) return;
    if (this.field.tagName === "TEXTAREA") standAtCaret(this.list, this.field, this.wanted.start);
    else standAtField(this.list, this.field);
  }

  option(item, index) {
    const option = document.createElement("div");
    option.id = `${this.list.id}-${index}`;
    option.className = "suggestion completion";
    option.setAttribute("role", "option");
    for (const [name, text] of [["title", item.title], ["sub", item.sub]]) {
      const span = document.createElement("span");
      span.className = `suggestion__${name}`;
      span.textContent = text;
      option.append(span);
    }
    return option;
  }

  mark(index) {
    this.active = index;
    [...this.list.children].forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === index));
    });
    const option = this.list.children[index];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
  }

  close() {
    this.items = [];
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  pick(index) {
    const { field, wanted } = this;
    const item = this.items[index];
    if (!item || !wanted || this.isComposing) return;
    const rest = field.value.slice(field.selectionStart);
    const end = field.selectionStart + (wanted.kind === "pages" && /^(\]\]|］］)/.test(rest) ? 2 : 0);
    this.close();
    replaceText(field, wanted.start, end, wanted.wrap(item.insert));
    this.close();
    clearTimeout(this.timer);
  }

  onKey(event) {
    if (isComposing(event) || this.list.hidden) return;
    const count = this.items.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark((this.active + step + count) % count);
    else if (event.key === "Enter" || event.key === "Tab") this.pick(this.active);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** Starts completion in a field; `mode` is text, mentions, topics or people. */
export function complete(form, field, mode) {
  const { topicsUrl: topics, peopleUrl: people, pagesUrl: pages, wordsSuggestions } = form.dataset;
  new Completer(field, { topics, people, pages }, wordsSuggestions, FINDERS[mode]);
}
