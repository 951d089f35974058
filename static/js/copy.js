// Inside texts: a button copies a block of code, a button at a heading copies its address.
// The page loads it with <article data-copy data-copy-code="コピーする" data-copy-done="コピーしました"
// data-copy-link="この見出しへのリンクをコピーする">, so that the words stay with gettext.

const LINK_ICON = "link";

async function copyText(text, words) {
  await navigator.clipboard.writeText(text);
  document.dispatchEvent(new CustomEvent("toast", { detail: words.copyDone }));
}

function addCodeButton(block, words) {
  const box = document.createElement("div");
  box.className = "codebox";
  block.replaceWith(box);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "codebox__copy";
  button.textContent = words.copyCode;
  button.addEventListener("click", () => copyText(block.textContent, words));
  block.tabIndex = 0;
  box.append(block, button);
}

function linkIcon(sprite) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i i--s");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${LINK_ICON}`);
  svg.append(use);
  return svg;
}

function addHeadingLink(heading, words, sprite) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "headlink";
  button.setAttribute("aria-label", words.copyLink);
  button.append(linkIcon(sprite));
  button.addEventListener("click", () => {
    const url = new URL(location.href);
    url.hash = heading.id;
    history.replaceState(null, "", url);
    copyText(url.href, words);
  });
  heading.append(button);
}

// The clipboard exists only on https and localhost; elsewhere no button promises it.
if (navigator.clipboard) {
  const sprite = document.querySelector("svg use")?.getAttribute("href").split("#")[0];
  for (const text of document.querySelectorAll("[data-copy]")) {
    text.querySelectorAll("pre").forEach((block) => addCodeButton(block, text.dataset));
    if (sprite) {
      text
        .querySelectorAll("h2[id], h3[id], h4[id]")
        .forEach((heading) => addHeadingLink(heading, text.dataset, sprite));
    }
  }
}
