import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { messageOf } from '../../../shared/errors.js';

/** Bounds of a document: far beyond any package, far below what would hold up everybody else. */
export const XML_LIMITS = { characters: 1_000_000, depth: 32, nodes: 20_000 } as const;

/** An element, or an attribute as an element without children. */
export interface XmlNode {
  readonly name: string;
  /** Where it stands: `/Package/Steps/Step[2]/@Name`. */
  readonly path: string;
  readonly children: readonly XmlNode[];
  /** Character data directly inside, without the blanks around it. */
  readonly text: string;
}

export type XmlReading =
  { readonly ok: true; readonly root: XmlNode } | { readonly ok: false; readonly detail: string };

/** Reads a document. Never throws; a document type declaration is refused, and with it every entity but XML's own five. */
export function readXml(source: string): XmlReading {
  if (source.length > XML_LIMITS.characters)
    return refused(`it is longer than ${XML_LIMITS.characters} characters`);
  const builder = new TreeBuilder();
  const parser = new SaxesParser({ xmlns: false, position: true });
  parser.on('doctype', () => {
    throw new Error('it has a document type declaration (DOCTYPE)');
  });
  parser.on('opentag', (tag) => builder.open(tag));
  parser.on('closetag', () => builder.close());
  parser.on('text', (text) => builder.addText(text));
  parser.on('cdata', (text) => builder.addText(text));
  try {
    parser.write(source.replace(/^\uFEFF/, '')).close();
  } catch (error) {
    return refused(messageOf(error).slice(0, 200));
  }
  return builder.root === undefined ? refused('it is empty') : { ok: true, root: builder.root };
}

function refused(why: string): XmlReading {
  return { ok: false, detail: `This XML cannot be read: ${why}` };
}

interface OpenNode extends XmlNode {
  readonly children: XmlNode[];
  readonly counts: Map<string, number>;
  text: string;
}

class TreeBuilder {
  root: XmlNode | undefined;
  readonly #open: OpenNode[] = [];
  #nodes = 0;

  open(tag: SaxesTagPlain): void {
    const node = this.#add(tag.name, numbered(this.#open.at(-1), tag.name));
    if (this.#open.length >= XML_LIMITS.depth)
      throw new Error(`it is deeper than ${XML_LIMITS.depth} elements`);
    this.#open.push(node);
    this.root ??= node;
    for (const [name, value] of Object.entries(tag.attributes)) {
      this.#add(name, `${node.path}/@${name}`).text = value;
    }
  }

  close(): void {
    const node = this.#open.pop();
    if (node) node.text = node.text.trim();
  }

  addText(text: string): void {
    const node = this.#open.at(-1);
    if (node) node.text += text;
  }

  #add(name: string, path: string): OpenNode {
    if (++this.#nodes > XML_LIMITS.nodes) throw new Error(`it has more than ${XML_LIMITS.nodes} elements`);
    const node: OpenNode = { name, path, children: [], counts: new Map(), text: '' };
    this.#open.at(-1)?.children.push(node);
    return node;
  }
}

/** The path of the next child of a name: the second and further ones are numbered. */
function numbered(parent: OpenNode | undefined, name: string): string {
  if (parent === undefined) return `/${name}`;
  const count = (parent.counts.get(name) ?? 0) + 1;
  parent.counts.set(name, count);
  return `${parent.path}/${name}${count === 1 ? '' : `[${count}]`}`;
}
