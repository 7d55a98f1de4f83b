// Owns which panel a narrow screen shows; wide screens show all of them.

import { byId } from "./dom.js";

const tabs = [...byId("tabs").querySelectorAll("button")];

export function show(view) {
  document.body.dataset.view = view;
  tabs.forEach((tab) => tab.setAttribute("aria-current", String(tab.dataset.view === view)));
}

tabs.forEach((tab) => tab.addEventListener("click", () => show(tab.dataset.view)));
