// Comfort only: reading, searching, review and every link work without this script.
"use strict";
(function () {
  const typing = (event) => /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event)) event.target.blur();
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event)) return;
    const button = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    const search = document.getElementById("quick");
    if (button) { event.preventDefault(); button.click(); }
    else if (event.key === "/" && search) { event.preventDefault(); search.focus(); }
  });

  // pages of a file that is being cut, dragged to another place: their numbers follow, so that the form says the same
  const pages = document.querySelector("ol.cut");
  if (pages) {
    let held = null;
    for (const page of pages.children) {
      page.draggable = true;
      for (const inner of page.querySelectorAll("a, img")) inner.draggable = false;
    }
    pages.addEventListener("dragstart", (event) => { held = event.target.closest("ol.cut > li"); });
    pages.addEventListener("dragover", (event) => { if (held) event.preventDefault(); });
    pages.addEventListener("drop", (event) => {
      const at = event.target.closest("ol.cut > li");
      if (!held || !at || at === held) return;
      event.preventDefault();
      const box = at.getBoundingClientRect();
      if (event.clientX > box.left + box.width / 2) at.after(held); else at.before(held);
      [...pages.children].forEach((page, i) => { page.querySelector("input[name^=place_]").value = i + 1; });
      held = null;
    });
  }

  const text = document.querySelector(".text");
  if (!text) return;

  function choose(number, scroll) {
    document.querySelectorAll(".chosen:not(.fact)").forEach((one) => one.classList.remove("chosen"));
    const line = document.getElementById("L" + number);
    const box = document.getElementById("B" + number);
    if (line) line.classList.add("chosen");
    if (box) box.classList.add("chosen");
    const other = scroll === "box" ? box : line;
    if (other) other.scrollIntoView({ block: "nearest" });
  }
  text.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (line) choose(line.id.slice(1), "box");
  });
  document.querySelectorAll("svg rect.line").forEach((box) => {
    box.addEventListener("click", () => {
      choose(box.id.slice(1), "line");
      history.replaceState(null, "", "#L" + box.id.slice(1));
    });
  });

  // one fact at a time, when its entry in the list is pointed at
  document.querySelectorAll(".facts a[data-fact]").forEach((entry) => {
    entry.addEventListener("click", (event) => {
      event.preventDefault();
      document.querySelectorAll(".chosen-fact").forEach((one) => one.classList.remove("chosen-fact"));
      document.querySelectorAll('[data-fact="' + entry.dataset.fact + '"]').forEach((one) => one.classList.add("chosen-fact"));
      entry.closest("li").classList.add("chosen-fact");
      choose(entry.hash.slice(2), "line");
      const box = document.querySelector("rect.chosen-fact");
      if (box) box.scrollIntoView({ block: "nearest" });
    });
  });

  const doubts = Array.from(text.querySelectorAll(".doubt"));
  const lines = Array.from(text.querySelectorAll(".line"));
  let at = -1;
  function go(step) {
    if (!doubts.length) return;
    at = (at + step + doubts.length) % doubts.length;
    doubts[at].focus();
    doubts[at].scrollIntoView({ block: "center" });
    choose(doubts[at].closest(".line").id.slice(1), "box");
  }
  function step(by) {
    const now = lines.findIndex((one) => one.classList.contains("chosen"));
    const next = lines[Math.max(0, Math.min(lines.length - 1, now + by))];
    if (next) { choose(next.id.slice(1), "box"); next.scrollIntoView({ block: "nearest" }); }
  }
  const button = document.getElementById("next-doubt");
  if (doubts.length && button) {
    button.hidden = false;
    button.addEventListener("click", () => go(1));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event)) return;
    if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });

  function offer(id, words) {
    const one = document.getElementById(id);
    if (!one || !navigator.clipboard) return;
    one.hidden = false;
    one.addEventListener("click", () => navigator.clipboard.writeText(words()));
  }
  offer("copy-citation", () => document.getElementById("citation").textContent.trim());
  offer("copy-text", () => lines.map((line) => line.querySelector(".t").textContent).join("\n"));

  // larger and smaller, and dragging what is larger than its frame
  const frame = document.querySelector(".frame");
  const tools = document.querySelector(".tools");
  if (frame && tools) {
    const picture = frame.querySelector("svg");
    let width = 100;
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const by = event.target.dataset.zoom;
      if (by === undefined) return;
      width = by === "0" ? 100 : Math.max(50, Math.min(400, width * Number(by)));
      picture.style.width = width + "%";
      frame.classList.toggle("zoomed", width > 100);
    });
    let from = null;
    frame.addEventListener("pointerdown", (event) => { if (width > 100) from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop]; });
    frame.addEventListener("pointermove", (event) => { if (from) { frame.scrollLeft = from[0] - event.clientX; frame.scrollTop = from[1] - event.clientY; } });
    window.addEventListener("pointerup", () => { from = null; });
  }

  const hash = /^#L(\d+)$/.exec(location.hash);
  if (hash) choose(hash[1], "line");
})();
