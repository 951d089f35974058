// What this person searched last in this browser; the server keeps no list of it. The first box that
// names its reader and the words for such a line (data-reader, data-recent) speaks for all boxes.
const RECENT_MAX = 5;
export const recentBox = document.querySelector("form[data-recent]");
const recentKey = `kb:searches:${recentBox?.dataset.reader}`;

export function recentSearches() {
  if (!recentBox) return [];
  try {
    const kept = JSON.parse(localStorage.getItem(recentKey));
    return Array.isArray(kept) ? kept.filter((words) => typeof words === "string") : [];
  } catch {
    return [];
  }
}

export function rememberSearch(words) {
  if (!recentBox || !words) return;
  const kept = [words, ...recentSearches().filter((other) => other !== words)];
  try {
    localStorage.setItem(recentKey, JSON.stringify(kept.slice(0, RECENT_MAX)));
  } catch {
    // Storage is forbidden or full: then nothing is remembered.
  }
}
