// The page for an address that is too long: what was typed stands in the address alone, so it is shown from there.

const WORTH_KEEPING = 8;

const box = document.querySelector("[data-typed]");
const values = [...new URLSearchParams(location.search).values()].filter((value) => value.length >= WORTH_KEEPING);
for (const value of values) {
  const field = document.createElement("textarea");
  field.className = "input input--s";
  field.readOnly = true;
  field.setAttribute("aria-label", box.dataset.typed);
  field.value = value;
  box.append(field);
}
box.hidden = values.length === 0;
