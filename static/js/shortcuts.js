// "/" and Ctrl/⌘+K lead to the search box. Plain keys are off in fields, while composing, and by choice.
import { isComposing, takesText } from "./ime.js";

function visibleSearch() {
  const boxes = [...document.querySelectorAll("input[data-search]")];
  return boxes.find((box) => box.checkVisibility({ visibilityProperty: true }));
}

function wantsSearch(event) {
  if (isComposing(event) || event.altKey) return false;
  const withModifier = (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (withModifier) return event.key.toLowerCase() === "k";
  const plain = event.key === "/" || event.key === "／";
  return plain && !takesText(event.target) && document.documentElement.dataset.shortcuts !== "off";
}

document.addEventListener("keydown", (event) => {
  if (!wantsSearch(event)) return;
  const box = visibleSearch();
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
