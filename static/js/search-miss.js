// Reports a search that found nothing worth a click, once per tab and words. (What found nothing at
// all the server counts by itself.)
// The server signed the words; nothing about the person is sent or kept.

const form = document.querySelector("form[data-miss]");
const MARK = "kb:missed:";

function isFirstTime(words) {
  try {
    if (sessionStorage.getItem(MARK + words)) return false;
    sessionStorage.setItem(MARK + words, "1");
  } catch {
    // Storage is forbidden: the server still counts each ticket once.
  }
  return true;
}

function report() {
  if (isFirstTime(form.dataset.once)) navigator.sendBeacon(form.action, new FormData(form));
}

/** A page that the browser loaded ahead was not asked for by anybody. */
function whenSeen(act) {
  if (document.prerendering) document.addEventListener("prerenderingchange", act, { once: true });
  else act();
}

function watchClicks() {
  let isUsed = false;
  for (const name of ["click", "auxclick"]) {
    document.querySelector("main").addEventListener(name, (event) => {
      isUsed ||= Boolean(event.target.closest("a, button, summary"));
    });
  }
  addEventListener("pagehide", () => {
    if (!isUsed) report();
    isUsed = true;
  });
}

if (form) whenSeen(watchClicks);
