import { randomUUID } from 'node:crypto';
import { ScriptError } from './say.mjs';

const REQUEST_TIMEOUT_MS = 30_000;

/** The REST API of a running Winch, as far as the scripts need it. */
export class ApiClient {
  #address;
  #key;

  constructor({ address, key }) {
    this.#address = address;
    this.#key = key;
  }

  get(path) {
    return this.#request('GET', path);
  }

  /** @param type `application/json` for a value, another media type for a text that is sent as it is */
  post(path, body, type = 'application/json') {
    return this.#request('POST', path, {
      body: type === 'application/json' ? JSON.stringify(body) : body,
      type,
    });
  }

  /** A text, such as a run's output. */
  async text(path) {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const headers = { authorization: `Bearer ${this.#key}` };
    const response = await fetch(this.#url(path), { headers, signal });
    if (!response.ok) throw await requestError('GET', path, response);
    return response.text();
  }

  /** The events of a run as they happen, until `run.finished`, the end of the stream or the signal. */
  async *runEvents(runId, signal) {
    const response = await fetch(this.#url(`/runs/${runId}/events`), {
      headers: { authorization: `Bearer ${this.#key}`, accept: 'text/event-stream' },
      signal,
    });
    if (!response.ok) throw await requestError('GET', `/runs/${runId}/events`, response);
    for await (const message of serverSentEvents(response.body)) {
      const event = JSON.parse(message.data);
      yield event;
      if (event.type === 'run.finished') return;
    }
  }

  async #request(method, path, { body, type } = {}) {
    const headers = { authorization: `Bearer ${this.#key}` };
    if (body !== undefined) Object.assign(headers, { 'content-type': type, 'idempotency-key': randomUUID() });
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await fetch(this.#url(path), { method, headers, body, signal });
    if (!response.ok) throw await requestError(method, path, response);
    return response.status === 204 ? undefined : response.json();
  }

  #url(path) {
    return `${this.#address}/api/v1${path}`;
  }
}

/** A refusal in words: the problem's detail and every fault with its place in the body. */
async function requestError(method, path, response) {
  const text = await response.text();
  const lines = describeProblem(text);
  return new ScriptError(`${method} /api/v1${path} answered ${response.status}: ${lines.join('\n  ')}`);
}

function describeProblem(text) {
  try {
    const { title, detail, errors = [] } = JSON.parse(text);
    return [detail ?? title, ...errors.map((fault) => `${fault.pointer} ${fault.detail}`)];
  } catch {
    return [text.slice(0, 500)];
  }
}

/**
 * Reads server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html section 9.2.6, without
 * the byte order mark and lone CR line ends, which our api does not send.
 */
export async function* serverSentEvents(body) {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const message = parseBlock(block);
      if (message.data !== undefined) yield message;
    }
  }
}

function parseBlock(block) {
  const message = {};
  for (const line of block.split('\n').filter((text) => !text.startsWith(':'))) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === 'data' && message.data !== undefined) message.data += `\n${value}`;
    else message[field] = value;
  }
  return message;
}
