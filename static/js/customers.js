// The touch form proposes customers while one types; a selected sentence becomes a voice.
import { isComposing } from "./ime.js";

const DEBOUNCE_MS = 120;

function proposeCustomers(list) {
  const input = document.querySelector(`input[list="${list.id}"]`);
  if (!input) return;
  let timer = 0;
  let request = null;
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (isComposing(event)) return;
    timer = setTimeout(() => fetchInto(input.value), DEBOUNCE_MS);
  });
  input.addEventListener("compositionend", () => fetchInto(input.value));

  async function fetchInto(words) {
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch(`${list.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: request.signal });
      if (!answer.ok) return;
      const found = await answer.json();
      list.replaceChildren(...found.map((one) => Object.assign(document.createElement("option"), { value: one.name, textContent: one.why })));
    } catch (error) {
      // An older request that was aborted, or no network: the server looks the name up on saving.
      if (error.name !== "AbortError") console.info("Customers cannot be proposed now.", error);
    }
  }
}

function quoteSelections(text) {
  const fold = document.querySelector("[data-voice]");
  const field = fold?.querySelector("textarea[name=quote]");
  if (!field) return;
  text.addEventListener("mouseup", take);
  text.addEventListener("touchend", take);

  function take() {
    const chosen = document.getSelection()?.toString().trim();
    if (!chosen || !text.textContent.includes(chosen.split("\n")[0])) return;
    field.value = chosen;
    fold.open = true;
  }
}

// 「変える」 opens the fold with the fields it speaks of.
document.querySelectorAll("a[data-open]").forEach((link) => {
  link.addEventListener("click", () => {
    const fold = document.querySelector(link.getAttribute("href"));
    fold.open = true;
    fold.querySelector("input, select, textarea")?.focus();
  });
});
document.querySelectorAll("datalist[data-suggest]").forEach(proposeCustomers);
document.querySelectorAll("[data-quotable]").forEach(quoteSelections);
