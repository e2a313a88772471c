import { ALIASES, type Field, keyOf } from './aliases.js';
import type { XmlNode } from './xml-tree.js';

/** An element of an import that was not understood: it was left out of the package. */
export interface NotUnderstood {
  /** Where it stands: `/Package/Steps/Step[2]/Foo`. */
  readonly path: string;
  readonly detail: string;
}

/** More are not listed; a hostile file could hold thousands. */
const MAX_LISTED = 200;

/** Takes what it knows out of a document and remembers what that was, so that the rest can be listed. */
export class ElementReader {
  readonly #taken = new Set<XmlNode>();
  readonly #notes: NotUnderstood[] = [];

  constructor(private readonly root: XmlNode) {
    this.#taken.add(root);
  }

  /** The children that a field's aliases name, in their order. */
  elements(parent: XmlNode, field: Field): XmlNode[] {
    const names: readonly string[] = ALIASES[field];
    const found = parent.children.filter(({ name }) => names.includes(keyOf(name)));
    for (const node of found) this.#taken.add(node);
    return found;
  }

  /** The text of the one child that a field's aliases name; undefined when it is missing or empty. Of several the first counts. */
  text(parent: XmlNode, field: Field): string | undefined {
    const names: readonly string[] = ALIASES[field];
    const found = parent.children.find(
      (node) => names.includes(keyOf(node.name)) && node.children.length === 0 && !this.#taken.has(node),
    );
    if (found === undefined) return undefined;
    this.#taken.add(found);
    return found.text === '' ? undefined : found.text;
  }

  /** Whether a field says yes; undefined when it is not there. */
  flag(parent: XmlNode, field: Field): boolean | undefined {
    const text = this.text(parent, field);
    return text === undefined ? undefined : /^(?:true|yes|on|-?1)$/i.test(text);
  }

  note(path: string, detail: string): void {
    this.#notes.push({ path, detail });
  }

  /** What was noted, and every element and attribute that nobody took. */
  notUnderstood(): NotUnderstood[] {
    const all = [...this.#notes, ...this.#rest(this.root)];
    if (all.length <= MAX_LISTED) return all;
    const more = { path: this.root.path, detail: `${all.length - MAX_LISTED} more are not listed` };
    return [...all.slice(0, MAX_LISTED), more];
  }

  /** An element that was not taken stands for everything in it. */
  #rest(node: XmlNode): NotUnderstood[] {
    return node.children.flatMap((child) =>
      this.#taken.has(child)
        ? this.#rest(child)
        : [{ path: child.path, detail: 'Winch knows nothing by this name: it was left out' }],
    );
  }
}
