/** The element of this id. The page is made together with this script, so a missing one is a mistake in it. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new TypeError(`The page has no ${id}`);
  return element;
}

/** An element with its class, its text or its children. Text is text: nothing from a bag is ever read as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...content: readonly (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...content);
  return element;
}
