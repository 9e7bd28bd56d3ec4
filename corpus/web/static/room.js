// Comfort only: reading, searching and every link work without this script.
"use strict";
(function () {
  const text = document.querySelector(".text");
  if (!text) return;

  function choose(number, scroll) {
    document.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    const line = document.getElementById("L" + number);
    const box = document.getElementById("B" + number);
    if (line) line.classList.add("chosen");
    if (box) box.classList.add("chosen");
    const other = scroll === "box" ? box : line;
    if (other) other.scrollIntoView({ block: "nearest" });
  }

  text.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (line && !event.target.closest("a.fact")) choose(line.id.slice(1), "box");
  });
  document.querySelectorAll("svg rect.line").forEach((box) => {
    box.parentNode.addEventListener("click", (event) => {
      event.preventDefault();
      choose(box.id.slice(1), "line");
      history.replaceState(null, "", "#L" + box.id.slice(1));
    });
  });

  const doubts = Array.from(text.querySelectorAll(".doubt"));
  let at = -1;
  function go(step) {
    if (!doubts.length) return;
    at = (at + step + doubts.length) % doubts.length;
    doubts[at].focus();
    doubts[at].scrollIntoView({ block: "center" });
    choose(doubts[at].closest(".line").id.slice(1), "box");
  }
  const button = document.getElementById("next-doubt");
  if (doubts.length) {
    button.hidden = false;
    button.addEventListener("click", () => go(1));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
    else if (event.key === "/") { event.preventDefault(); document.getElementById("quick").focus(); }
  });
  const hash = /^#L(\d+)$/.exec(location.hash);
  if (hash) choose(hash[1], "line");
})();
