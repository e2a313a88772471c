import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TEST_KEY } from '../harness/api.js';
import { connecting, DispatchBench, finished, type TestWorker } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';
import { type Received, WebhookReceiver } from '../harness/webhook-receiver.js';

jest.setTimeout(60_000);

const GUIDE = readFileSync(resolve(__dirname, '../../docs/guide/itsm.md'), 'utf8');
const TOOLS = ['bash', 'curl', 'jq', 'openssl', 'python3', 'node'];
const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
const describeWithTools = missing.length === 0 ? describeWithRedis : describe.skip;

/** The code of one language below a heading, block by block. */
function blocks(heading: string, language: string): readonly string[] {
  const section = GUIDE.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code]) => code ?? '',
  );
}

interface Asked {
  readonly request: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Stands in for the three tools: takes what it is sent and gives the ids that the sessions ask for. */
class ItsmStandIn implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString('utf8');
      this.asked.push({ request: `${request.method} ${request.url}`, headers: request.headers, body });
      response.end(JSON.stringify({ result: [{ sys_id: 'abc123' }], session_token: 'session-1' }));
    })();
  });

  async start(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

describeWithTools(`docs/guide/itsm.md (needs ${TOOLS.join(', ')})`, () => {
  const itsm = new ItsmStandIn();
  const stop = new AbortController();
  let folder: string;
  let bench: DispatchBench;
  let receiver: WebhookReceiver;
  let environment: Record<string, string>;
  let working: Promise<void>;
  let message: Received | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'winch-itsm-'));
    bench = await DispatchBench.start();
    receiver = await WebhookReceiver.start();
    await bench.create('/assets', { name: 'PC-0042', address: '127.0.0.1', transport: 'http' });
    await bench.create('/packages', {
      name: '7-Zip 24.09',
      steps: [{ name: 'Install', type: 'command', command: 'echo 7-Zip' }],
    });
    const url = await itsm.start();
    environment = {
      WINCH: `${bench.api.url}/api/v1`,
      ADMIN_KEY: TEST_KEY,
      CALLBACK: receiver.url,
      POLL_SECONDS: '0.2',
      SERVICENOW: url,
      SERVICENOW_USER: 'winch:password',
      JIRA: url,
      JIRA_USER: 'winch@example.com:token',
      GLPI: `${url}/apirest.php`,
      GLPI_APP_TOKEN: 'app-1',
      GLPI_USER_TOKEN: 'user-1',
    };
    working = endRuns(await bench.worker());
  });

  afterAll(async () => {
    stop.abort();
    await working;
    await receiver[Symbol.asyncDispose]();
    await itsm[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** What a worker does: every run that is queued succeeds. */
  async function endRuns(worker: TestWorker): Promise<void> {
    while (!stop.signal.aborted) {
      const { body } = await bench.api.request('GET', '/api/v1/queue?state=queued');
      for (const { id } of body.items as { id: string }[]) {
        const run = await bench.store.byId(id);
        if (run?.state === 'queued') await worker.send(run, [connecting(), finished()]);
      }
      await delay(50);
    }
  }

  /** Runs a script of the guide as its reader would; answers what it printed. */
  async function run(command: string, args: readonly string[], more: Record<string, string> = {}) {
    const { PATH = '' } = process.env;
    const child = spawn(command, args, { cwd: folder, env: { PATH, ...environment, ...more } });
    let [printed, complained] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => void (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => void (complained += chunk.toString()));
    const code = await new Promise((ended) => child.once('close', ended));
    if (code !== 0) throw new Error(`It ended with ${String(code)}: ${complained} ${printed}`);
    return printed.trim();
  }

  const bash = (code: string, more?: Record<string, string>) =>
    run('bash', ['-euo', 'pipefail', '-c', code], more);
  const asked = (method: string) =>
    itsm.asked.filter(({ request }) => request.startsWith(method)).map(({ request }) => request);
  const bodyOf = (part: string) =>
    JSON.parse(itsm.asked.findLast(({ request }) => request.includes(part))?.body ?? 'null');
  const headersOf = ({ headers }: Received) => ({
    id: String(headers['webhook-id']),
    timestamp: String(headers['webhook-timestamp']),
    signature: String(headers['webhook-signature']),
  });

  it('registers a key and a webhook', async () => {
    const code = blocks('Once, by an administrator', 'sh').join('\n');

    const [key = '', secret = ''] = (await bash(`${code}\necho "$KEY $SECRET"`)).split(' ');

    expect(key).toMatch(/^winch_/);
    expect(secret).toMatch(/^whsec_/);
    Object.assign(environment, { KEY: key, SECRET: secret });
  });

  it('orders for ServiceNow, asks until it has ended, and closes the change', async () => {
    const code = blocks('ServiceNow', 'sh').join('\n');

    const deployment = await bash(`${code}\necho "$deployment"`);
    const again = await bash(`${blocks('ServiceNow', 'sh')[0]}\necho "$deployment"`);

    const { body } = await bench.api.request('GET', `/api/v1/deployments/${deployment}`);
    expect(again).toBe(deployment);
    expect(body).toMatchObject({ state: 'finished', ticket: { system: 'servicenow', id: 'CHG0031337' } });
    expect(asked('PATCH')).toEqual(['PATCH /api/now/table/change_request/abc123']);
    expect(bodyOf('PATCH /api/now')).toMatchObject({
      state: '3',
      close_code: 'successful',
      work_notes: expect.stringContaining('Winch: 1 succeeded'),
    });
    expect(itsm.asked.find(({ request }) => request.includes('/attachment/'))?.body).toContain(
      '<td>PC-0042</td>',
    );
  });

  it('orders for Jira with a callback, which comes signed', async () => {
    await bash(blocks('Jira', 'sh')[0] ?? '');

    [message] = await receiver.messages(1);

    expect(message?.path).toBe('/hook?issue=OPS-4711');
    expect(message?.json.data.deployment.ticket).toEqual({ system: 'jira', id: 'OPS-4711' });
    writeFileSync(join(folder, 'body.json'), message?.body ?? '');
  });

  it('checks the callback in a shell, and closes the issue', async () => {
    if (!message) throw new Error('No callback came');
    const [, check = '', close = ''] = blocks('Jira', 'sh');

    await bash(`${check}\n${close}`, headersOf(message));

    const forged = { ...headersOf(message), signature: 'v1,AAAA' };
    const old = { ...headersOf(message), timestamp: '1700000000' };
    await expect(bash(check, forged)).rejects.toThrow('This is not from Winch');
    await expect(bash(check, old)).rejects.toThrow('This is not from Winch');
    expect(bodyOf('/rest/api/3/issue/OPS-4711/comment').body.content[0].content[0].text).toBe(
      'Winch: 1 succeeded',
    );
    expect(bodyOf('/rest/api/3/issue/OPS-4711/transitions')).toEqual({ transition: { id: '31' } });
  });

  it.each([
    [
      'python',
      'verify.py',
      (code: string) =>
        `${code}\nimport json, os\nheaders = json.loads(os.environ["HEADERS"])\nprint(is_genuine(headers, os.environ["BODY"].encode(), os.environ["SECRET"]))`,
      'python3',
    ],
    [
      'js',
      'verify.mjs',
      (code: string) =>
        `${code}\nconst { HEADERS, BODY, SECRET } = process.env;\nconsole.log(isGenuine(JSON.parse(HEADERS), Buffer.from(BODY), SECRET));`,
      'node',
    ],
  ])('checks the callback in %s', async (language, file, complete, program) => {
    if (!message) throw new Error('No callback came');
    const { headers, body } = message;
    writeFileSync(join(folder, file), complete(blocks('Jira', language)[0] ?? ''));
    const verify = (given: object, text: string) =>
      run(program, [file], { HEADERS: JSON.stringify(given), BODY: text });

    const genuine = await verify(headers, body);
    const changed = await verify(headers, `${body} `);
    const old = await verify({ ...headers, 'webhook-timestamp': '1700000000' }, body);

    expect([genuine, changed, old].map((printed) => printed.toLowerCase())).toEqual([
      'true',
      'false',
      'false',
    ]);
  });

  it('orders for GLPI, finds the deployment by its ticket, and solves the ticket', async () => {
    await bash(blocks('GLPI', 'sh').join('\n'));

    expect(bodyOf('/apirest.php/ITILFollowup')).toEqual({
      input: { itemtype: 'Ticket', items_id: 2187, content: '7-Zip 24.09: 1 succeeded' },
    });
    expect(bodyOf('PUT /apirest.php/Ticket/2187')).toEqual({ input: { id: 2187, status: 5 } });
    expect(itsm.asked.at(-1)).toMatchObject({
      request: 'GET /apirest.php/killSession',
      headers: { 'session-token': 'session-1', 'app-token': 'app-1' },
    });
  });
});
