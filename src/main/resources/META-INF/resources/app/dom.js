// Owns making and finding elements. Text only ever becomes text nodes: names and payloads come from strangers.

export function byId(id) {
  return document.getElementById(id);
}

/** An element with a class and children; a child is a node or a text. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  element.append(...children);
  return element;
}

/** Writes only what differs, because each write costs a layout even when nothing changes. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function prefersStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Calls at most once per frame, and less often when the last call was slow, so that input always gets its turn. */
export function perFrame(draw, minIntervalMs = 0) {
  let asked = false;
  let notBefore = 0;
  function frame(now) {
    if (now < notBefore) {
      requestAnimationFrame(frame);
      return;
    }
    asked = false;
    const began = performance.now();
    draw();
    const cost = performance.now() - began;
    notBefore = now + Math.max(minIntervalMs, cost > 6 ? cost * 4 : 0);
  }
  return function ask() {
    if (!asked) {
      asked = true;
      requestAnimationFrame(frame);
    }
  };
}

/** One Tab stop for a whole list; the arrow keys, Home and End move within it. */
export function rove(list, selector) {
  list.addEventListener("keydown", (press) => {
    const from = press.target.closest(selector);
    const all = from ? [...list.querySelectorAll(selector)] : [];
    const at = all.indexOf(from);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[press.key];
    if (from && to !== undefined && all[to]) {
      press.preventDefault();
      all[to].focus();
    }
  });
  list.addEventListener("focusin", (focus) => {
    const entered = focus.target.closest(selector);
    if (entered) {
      list.querySelectorAll(`${selector}[tabindex="0"]`).forEach((other) => (other.tabIndex = -1));
      entered.tabIndex = 0;
    }
  });
  return function keepTabStop() {
    if (!list.querySelector(`${selector}[tabindex="0"]`)) {
      const first = list.querySelector(selector);
      if (first) {
        first.tabIndex = 0;
      }
    }
  };
}
