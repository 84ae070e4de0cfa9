"use strict";
// A node that is pointed at, or has the focus, is marked in every section.
const lit = (name) => {
  for (const each of document.querySelectorAll(".lit")) each.classList.remove("lit");
  if (name === undefined) return;
  for (const each of document.querySelectorAll(`[data-node="${CSS.escape(name)}"]`)) {
    each.classList.add("lit");
  }
};
const nodeOf = (event) => event.target.closest?.("[data-node]")?.dataset.node;
document.addEventListener("pointerover", (event) => lit(nodeOf(event)));
document.addEventListener("focusin", (event) => lit(nodeOf(event)));

// Timelines can be drawn out; without a script they are as wide as the page.
for (const strips of document.querySelectorAll(".strips")) {
  const zoomed = strips.querySelector(".zoomed");
  const tools = document.createElement("div");
  tools.className = "tools";
  let zoom = 1;
  for (const [text, label, factor] of [["−", "Zoom out", 0.5], ["+", "Zoom in", 2]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => {
      const middle = (strips.scrollLeft + strips.clientWidth / 2) / zoomed.clientWidth;
      zoom = Math.min(16, Math.max(1, zoom * factor));
      zoomed.style.setProperty("--zoom", zoom);
      strips.scrollLeft = middle * zoomed.clientWidth - strips.clientWidth / 2;
    });
    tools.append(button);
  }
  strips.before(tools);
}

// The clock under the pointer stands beside the axis.
for (const strips of document.querySelectorAll(".strips")) {
  const told = strips.querySelector(".axis b");
  strips.addEventListener("pointermove", (event) => {
    const box = event.target.closest("svg, .ticks")?.getBoundingClientRect();
    const place = box && (event.clientX - box.left) / box.width;
    told.textContent = box ? Math.floor(place * strips.dataset.end).toLocaleString("en") : "";
  });
  strips.addEventListener("pointerleave", () => { told.textContent = ""; });
}

// What is folded up is printed too.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const each of opened) each.open = true;
});
addEventListener("afterprint", () => { for (const each of opened) each.open = false; });

// The section that is being read is marked in the list of sections.
const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    for (const a of links.values()) a.removeAttribute("aria-current");
    links.get(entry.target.id)?.setAttribute("aria-current", "true");
  }
}, { rootMargin: "-20% 0px -75% 0px" });
for (const section of document.querySelectorAll("main > section")) seen.observe(section);
