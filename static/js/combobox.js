// Suggestions under a search box (ARIA combobox with a list). A box opts in with
// <form data-combobox data-suggest="/address/"><input data-search>…; the address answers ?q=…
// with JSON [{kind, title, sub, url}]. Without it, or without script, the box simply searches.
import { isComposing } from "./ime.js";
import { recentBox, recentSearches, rememberSearch } from "./recent.js";

const DEBOUNCE_MS = 120;
let boxCount = 0;

function line(className, text) {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}

function isOurs(url) {
  return new URL(url, location.href).origin === location.origin;
}

class SearchCombobox {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[data-search]");
    this.list = document.createElement("div");
    this.list.id = `suggestions-${++boxCount}`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.getAttribute("aria-label"));
    this.list.hidden = true;
    form.append(this.list);
    this.items = [];
    this.active = -1;
    this.asked = 0;
    this.prepareInput();
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onClick(event));
  }

  prepareInput() {
    const { input } = this;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.list.id);
    input.addEventListener("input", () => this.ask());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.close());
    input.addEventListener("focus", () => this.onFocus());
    this.form.addEventListener("submit", () => rememberSearch(input.value.trim()));
  }

  onFocus() {
    if (!this.input.value.trim()) this.showRecent();
    else if (this.items.length) this.open();
  }

  showRecent() {
    const found = recentSearches().map((words) => ({
      kind: recentBox.dataset.recent,
      title: words,
      url: `${this.form.action}?${new URLSearchParams({ q: words })}`,
    }));
    this.show(found);
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    const words = this.input.value.trim();
    if (!words) {
      this.asked++;
      this.showRecent();
      return;
    }
    this.timer = setTimeout(() => this.fetch(words), DEBOUNCE_MS);
  }

  async fetch(words) {
    const mine = ++this.asked;
    this.request = new AbortController();
    const url = new URL(this.form.dataset.suggest, location.href);
    url.searchParams.set("q", words.slice(0, 200));
    try {
      const answer = await fetch(url, {
        signal: this.request.signal,
        headers: { Accept: "application/json" },
      });
      const items = answer.ok ? await answer.json() : [];
      // An older answer never replaces a newer one.
      if (mine === this.asked && this.input.value.trim() === words) this.show(items);
    } catch (error) {
      if (error.name !== "AbortError") this.show([]);
    }
  }

  show(items) {
    this.items = items.filter((item) => isOurs(item.url));
    this.list.replaceChildren(...this.items.map((item, index) => this.option(item, index)));
    this.mark(-1);
    if (this.items.length && document.activeElement === this.input) this.open();
    else this.close();
  }

  option(item, index) {
    const option = document.createElement("div");
    option.id = `${this.list.id}-${index}`;
    option.className = "suggestion";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(line("suggestion__kind", item.kind), line("suggestion__title", item.title));
    if (item.sub) option.append(line("suggestion__sub", item.sub));
    return option;
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  mark(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.list.children[index];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  move(step) {
    if (this.list.hidden) this.open();
    const count = this.items.length;
    // One place more than there are items: the box itself, where nothing is marked.
    this.mark(((this.active + 1 + step + count + 1) % (count + 1)) - 1);
  }

  onKey(event) {
    if (isComposing(event)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.items.length) return;
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      location.assign(this.items[this.active].url);
    } else if (event.key === "Escape") {
      this.onEscape(event);
    }
  }

  onEscape(event) {
    event.preventDefault();
    if (!this.list.hidden) {
      this.close();
      return;
    }
    this.input.value = "";
    this.ask();
    this.show([]);
  }

  onClick(event) {
    const option = event.target.closest(".suggestion");
    if (option) location.assign(this.items[[...this.list.children].indexOf(option)].url);
  }
}

for (const form of document.querySelectorAll("form[data-combobox][data-suggest]")) {
  new SearchCombobox(form);
}
