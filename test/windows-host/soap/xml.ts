import { DOMParser, type Element } from '@xmldom/xmldom';
import { wsmanFault } from './fault.js';

/** Parses a document without DOCTYPE. Throws the SchemaValidationError fault for anything else. */
export function parseXml(text: string): Element {
  if (/<!DOCTYPE/i.test(text)) throw wsmanFault('invalid-xml', 'A document type declaration is not allowed.');
  const root = parseDocument(text);
  if (root === null) throw wsmanFault('invalid-xml');
  return root;
}

/** The first child element of this namespace and name. */
export function child(parent: Element | null, namespace: string, name: string): Element | null {
  return children(parent, namespace, name)[0] ?? null;
}

/** The child elements of this namespace and name. */
export function children(parent: Element | null, namespace: string, name: string): Element[] {
  return elements(parent).filter(
    (element) => element.namespaceURI === namespace && element.localName === name,
  );
}

/** All child elements. */
export function elements(parent: Element | null): Element[] {
  const found: Element[] = [];
  for (let node = parent?.firstChild ?? null; node !== null; node = node.nextSibling) {
    if (node.nodeType === node.ELEMENT_NODE) found.push(node as Element);
  }
  return found;
}

/** An element's text, or null when there is no element. */
export function textOf(element: Element | null): string | null {
  return element === null ? null : (element.textContent ?? '');
}

function parseDocument(text: string): Element | null {
  try {
    const parser = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw wsmanFault('invalid-xml', `The request is no valid XML: ${message}`);
      },
    });
    return parser.parseFromString(text, 'text/xml').documentElement;
  } catch {
    // The parser throws errors of its own after onError; to a client they are all the same fault.
    return null;
  }
}
