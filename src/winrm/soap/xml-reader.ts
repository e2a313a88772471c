import { SaxesParser, type SaxesTagNS } from 'saxes';

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 50_000;

/** An element of a parsed document. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  /** Attributes without a namespace, by local name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Character data directly inside this element. */
  readonly text: string;
}

/** The document is not well-formed, or is larger or deeper than any answer of WinRM. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

interface OpenElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Reads a namespaced document into a tree. Throws XmlError; a document type declaration is refused. */
export const parseXml = (source: string): XmlElement => {
  const builder = new TreeBuilder();
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on('doctype', () => {
    throw new XmlError('The document has a document type declaration');
  });
  parser.on('opentag', (tag) => builder.open(tag));
  parser.on('closetag', () => builder.close());
  parser.on('text', (text) => builder.addText(text));
  parser.on('cdata', (text) => builder.addText(text));
  try {
    parser.write(source).close();
  } catch (error) {
    throw error instanceof XmlError
      ? error
      : new XmlError('The document is not well-formed XML', { cause: error });
  }
  return builder.root();
};

/** The first child with this namespace and local name. */
export const child = (
  element: XmlElement | undefined,
  namespace: string,
  name: string,
): XmlElement | undefined =>
  element?.children.find((candidate) => candidate.namespace === namespace && candidate.name === name);

/** All children with this namespace and local name. */
export const childrenOf = (element: XmlElement | undefined, namespace: string, name: string): XmlElement[] =>
  element?.children.filter((candidate) => candidate.namespace === namespace && candidate.name === name) ?? [];

class TreeBuilder {
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;
  #count = 0;

  open(tag: SaxesTagNS): void {
    this.#count++;
    if (this.#open.length >= MAX_DEPTH || this.#count > MAX_ELEMENTS) {
      throw new XmlError('The document is deeper or has more elements than any answer of WinRM');
    }
    const attributes = new Map<string, string>();
    for (const { uri, local, value } of Object.values(tag.attributes))
      if (uri === '') attributes.set(local, value);
    this.#open.push({ namespace: tag.uri, name: tag.local, attributes, children: [], text: '' });
  }

  close(): void {
    const element = this.#open.pop();
    const parent = this.#open.at(-1);
    if (parent && element) parent.children.push(element);
    else this.#root = element;
  }

  addText(text: string): void {
    const current = this.#open.at(-1);
    if (current) current.text += text;
  }

  root(): XmlElement {
    if (!this.#root) throw new XmlError('The document is empty');
    return this.#root;
  }
}
