/**
 * Elements without markup: `h("p", { class: "note" }, "text")`. A function in the place of a text or an attribute is
 * read again by `refresh`: on a change of language, now and then for times, and whenever a page has news.
 *
 * @typedef {string | number | Node | null | false | (() => string | number) | Child[]} Child
 */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = [
  "value",
  "checked",
  "disabled",
  "hidden",
  "open",
  "selected",
  "multiple",
  "required",
  "indeterminate",
];
/** @type {WeakMap<Node, (() => void)[]>} */
const live = new WeakMap();

/** An HTML element. `on…` is a listener, `style` an object of CSS properties, `data` an object of data attributes. */
export function h(/** @type {string} */ tag, /** @type {Record<string, any>} */ props = {}, ...children) {
  return build(document.createElement(tag), props, children);
}

/** An SVG element, in the same way. */
export function svg(/** @type {string} */ tag, /** @type {Record<string, any>} */ props = {}, ...children) {
  return build(document.createElementNS(SVG, tag), props, children);
}

function build(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style")
      for (const [key, each] of Object.entries(value)) keep(element, each, (v) => style(element, key, v));
    else if (name === "data") Object.assign(element.dataset, value);
    else keep(element, value, (v) => attribute(element, name, v));
  }
  append(element, children);
  return element;
}

/** Apply a value, and if it is a function its newest result whenever it differs. */
function keep(node, value, apply) {
  if (typeof value !== "function") return apply(value);
  let last;
  const update = () => {
    const now = value();
    if (now !== last) apply((last = now));
  };
  update();
  live.set(node, [...(live.get(node) ?? []), update]);
}

function attribute(element, name, value) {
  if (PROPERTIES.includes(name) && name in element) element[name] = value ?? "";
  else if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

function style(element, key, value) {
  if (value === null || value === undefined) element.style.removeProperty(key);
  else element.style.setProperty(key, String(value)); // set by script: the policy forbids the attribute
}

/** @param {Node} parent @param {Child[]} children */
export function append(parent, children) {
  for (const child of children) {
    if (child === undefined) throw new TypeError("a child that is undefined: a misspelt text?");
    if (child === null || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else if (child instanceof Node) parent.appendChild(child);
    else if (typeof child === "function") {
      const text = document.createTextNode("");
      keep(text, child, (v) => (text.data = String(v ?? "")));
      parent.appendChild(text);
    } else parent.appendChild(document.createTextNode(String(child)));
  }
}

/** Put these children in the place of the present ones. @param {Element} parent @param {Child[]} children */
export function replace(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/** Read every function below `root` again. @param {Node} [root] */
export function refresh(root = document.documentElement) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = /** @type {Node | null} */ (root); node; node = walker.nextNode()) {
    for (const update of live.get(node) ?? []) update();
  }
}

/** Call `draw` once in the next frame, however often it is asked for; at once where the page is not looked at. */
export function framed(/** @type {() => void} */ draw) {
  let asked = false;
  const run = () => ((asked = false), draw());
  return () => {
    if (asked) return;
    asked = true;
    if (document.visibilityState === "hidden") setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}

/**
 * Make the children of `parent` those of `items`, keeping the elements of items that stay (and the focus in them).
 * @template T @param {Element} parent @param {T[]} items @param {(item: T) => string} key @param {(item: T) => Element} make
 */
export function each(parent, items, key, make) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let child = known.get(name);
    known.delete(name);
    if (!child) {
      child = make(item);
      child.dataset.key = name;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of known.values()) child.remove();
}

/** An element that a page must have. @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** What this browser remembers; nothing where storage is forbidden or full. */
export const memory = {
  get(/** @type {string} */ name) {
    try {
      return JSON.parse(localStorage.getItem(`casework.${name}`) ?? "null");
    } catch {
      return null;
    }
  },
  set(/** @type {string} */ name, /** @type {any} */ value) {
    try {
      localStorage.setItem(`casework.${name}`, JSON.stringify(value));
    } catch {
      // it is a convenience
    }
  },
};
