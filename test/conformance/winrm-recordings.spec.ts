import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { readdirSync } from 'node:fs';
import {
  commandRequest,
  parseCommandResponse,
  sendRequest,
  terminateRequest,
} from '../../src/winrm/operations/command.js';
import {
  parseReceiveResponse,
  receiveRequest,
  type OutputChunk,
} from '../../src/winrm/operations/receive.js';
import {
  createRequest,
  deleteRequest,
  parseCreateResponse,
} from '../../src/winrm/operations/shell-lifecycle.js';
import { CMD_SHELL_RESOURCE } from '../../src/winrm/soap/namespaces.js';
import { buildEnvelope } from '../../src/winrm/soap/request-envelope.js';
import { parseEnvelope, type ResponseEnvelope } from '../../src/winrm/soap/response-envelope.js';
import { describeRecorded, readRecording, recordingPath } from './winrm-recordings.js';

interface Exchange {
  readonly request: string;
  readonly answer: ResponseEnvelope;
}

const recording = z.object({
  messages: z.array(z.object({ request: z.string(), response: z.string().nullable() })),
});

/** The exchanges of a pypsrp recording, answers decoded; those that recorded a broken connection hold none. */
const pypsrp = (name: string): Exchange[] =>
  recording
    .parse(parseYaml(readRecording(`pypsrp/${name}`)))
    .messages.flatMap(({ request, response }) =>
      response === null ? [] : [{ request, answer: parseEnvelope(response) }],
    );

const operationOf = (request: string): string => /Action[^>]*>[^<]*\/([A-Za-z]+)</.exec(request)?.[1] ?? '';
const messageIdOf = (request: string): string => /MessageID>([^<]+)</.exec(request)?.[1] ?? '';

/** The command shell recordings; the others are PowerShell remoting's own pipeline. */
const isCommandShell = (exchanges: Exchange[]): boolean =>
  exchanges.some(({ request }) => request.includes(`>${CMD_SHELL_RESOURCE}<`));

/** Replays the Receive answers of a recording as a session would read them. */
const outcomeOf = (exchanges: Exchange[]) => {
  let commandId = '';
  const chunks: OutputChunk[] = [];
  const faults: (number | null)[] = [];
  let exitCode: number | null | undefined;
  for (const { request, answer } of exchanges) {
    const operation = operationOf(request);
    if (answer.fault) faults.push(answer.fault.faultCode);
    else if (operation === 'Command') commandId = parseCommandResponse(answer.body);
    else if (operation === 'Receive') {
      const result = parseReceiveResponse(answer.body, commandId);
      chunks.push(...result.chunks);
      if (result.done) exitCode = result.exitCode;
    }
  }
  const text = (name: string) =>
    Buffer.concat(chunks.filter(({ stream }) => stream === name).map(({ bytes }) => bytes)).toString('utf8');
  return { stdout: text('stdout'), stderr: text('stderr'), exitCode, faults };
};

describeRecorded('pypsrp: recorded bodies of Windows 2008 R2 to 2019', 'pypsrp', () => {
  const files = readdirSync(recordingPath('pypsrp')).filter((name) => /^test_.*\.yml$/.test(name));

  it('relates every answer to its request, but for one Delete that its author has edited', () => {
    const strangers = files.flatMap((name) =>
      pypsrp(name)
        .filter(
          ({ request, answer }) =>
            answer.relatesTo !== undefined && answer.relatesTo !== messageIdOf(request),
        )
        .map(({ request }) => `${name} ${operationOf(request)}`),
    );

    expect(strangers).toEqual(['test_winrs_unicode.yml Delete']);
  });

  it.each(files.filter((name) => isCommandShell(pypsrp(name))))('%s: gives a shell id', (name) => {
    const creations = pypsrp(name).filter(
      ({ request, answer }) => operationOf(request) === 'Create' && !answer.fault,
    );

    for (const { answer } of creations) expect(parseCreateResponse(answer.body)).toMatch(/^[0-9A-F-]{36}$/i);
    expect(creations.length).toBeGreaterThan(0);
  });

  it('reads output and exit code of a plain command', () => {
    expect(outcomeOf(pypsrp('test_winrs_standard.yml'))).toMatchObject({
      exitCode: 0,
      stderr: '',
      faults: [],
    });
  });

  it('reads stderr and a non-zero exit code', () => {
    expect(outcomeOf(pypsrp('test_winrs_stderr_rc.yml'))).toMatchObject({
      stdout: 'out \r\n',
      stderr: 'err \r\n',
      exitCode: 1,
    });
  });

  it.each([
    ['Create', createRequest({})],
    ['Command', commandRequest('S', 'cmd.exe', ['/c', 'echo', 'hi'])],
    ['Receive', receiveRequest({ shellId: 'S', commandId: 'C' })],
    ['Send', sendRequest({ shellId: 'S', commandId: 'C' }, Buffer.from('x'), true)],
    ['Signal', terminateRequest({ shellId: 'S', commandId: 'C' })],
    ['Delete', deleteRequest('S')],
  ])(
    'writes %s with the header elements, and their mustUnderstand, that Windows accepted',
    (operation, request) => {
      const recorded = pypsrp('test_winrs_send.yml').find(
        (exchange) => operationOf(exchange.request) === operation,
      );
      const context = { url: 'http://h/wsman', sessionId: 'uuid:S', operationTimeoutSeconds: 20 };

      const ours = buildEnvelope(request, context).xml;

      expect(headerShape(ours)).toEqual(headerShape(recorded?.request ?? ''));
    },
  );

  it('polls over two TimedOut faults until Done', () => {
    expect(outcomeOf(pypsrp('test_winrs_operation_timeout.yml'))).toMatchObject({
      stdout: expect.stringMatching(/^hi\n/),
      exitCode: 0,
      faults: [2150858793, 2150858793],
    });
  });

  it('reads the fault of a command id that does not exist', () => {
    const fault = pypsrp('test_winrs_bad_cmd_id.yml').find(({ answer }) => answer.fault)?.answer.fault;

    expect(fault).toMatchObject({ faultCode: 2150858843, subcode: 'InvalidSelectors' });
    expect(fault?.text).toContain('command identifier that does not exist');
  });

  it('reads the fault of a program without its full path', () => {
    expect(outcomeOf(pypsrp('test_winrs_no_cmd_shell.yml'))).toMatchObject({
      stdout: 'hi\n',
      exitCode: 0,
      faults: [2147942402],
    });
  });

  it('reads the fault of a Receive without a command', () => {
    expect(outcomeOf(pypsrp('test_winrs_fail_poll_process.yml')).faults).toContain(87);
  });
});

describeRecorded('winrm4j: recorded sessions of Windows 7 and Server 2012', 'winrm4j', () => {
  it.each(['win7.xml', 'win12.xml'])('%s: decodes from Create to Delete', (name) => {
    const text = readRecording(`winrm4j/${name}`)
      .replaceAll('${messageId}', 'uuid:M')
      .replaceAll('${serviceUrl}', 'http://h');
    const answers = Array.from(text.matchAll(/<response>([\s\S]*?)<\/response>/g), ([, xml = '']) =>
      parseEnvelope(xml.trim()),
    );
    const byAction = (action: string) => answers.find((answer) => answer.action.endsWith(`/${action}`));
    const commandId = parseCommandResponse(byAction('CommandResponse')?.body ?? emptyBody());

    const results = answers
      .filter(({ action }) => action.endsWith('/ReceiveResponse'))
      .map(({ body }) => parseReceiveResponse(body, commandId));

    expect(parseCreateResponse(byAction('CreateResponse')?.body ?? emptyBody())).toMatch(/^[0-9A-F-]{36}$/i);
    expect(Buffer.concat(results.flatMap(({ chunks }) => chunks.map(({ bytes }) => bytes))).toString()).toBe(
      'myline\r\n',
    );
    expect(results.at(-1)).toMatchObject({ done: true, exitCode: 0 });
    expect(byAction('DeleteResponse')).toBeDefined();
  });
});

describeRecorded('WinRb: single answers', 'winrb', () => {
  const winrb = (name: string, values: Readonly<Record<string, string>> = {}): ResponseEnvelope =>
    parseEnvelope(
      readRecording(`winrb/responses/${name}`)
        .replaceAll(/<%=\s*(\w+)\s*%>/g, (_all, key: string) => values[key] ?? '')
        .trim(),
    );
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const output = { command_id: 'C-1', test_data_stdout: base64('out'), test_data_stderr: base64('err') };

  it.each(['open_shell_v1.xml', 'open_shell_v2.xml', 'open_shell_omi.xml'])(
    '%s: gives a shell id',
    (name) => {
      expect(parseCreateResponse(winrb(name).body)).toMatch(/^(uuid:)?[0-9A-F-]{36}$/i);
    },
  );

  const stdout = { stream: 'stdout', bytes: Buffer.from('out') };
  const stderr = { stream: 'stderr', bytes: Buffer.from('err') };

  it.each([
    ['get_command_output_response.xml.erb', { chunks: [stdout, stderr], done: true, exitCode: 0 }],
    [
      'get_command_output_response_not_done.xml.erb',
      { chunks: [stdout, stderr], done: false, exitCode: null },
    ],
    ['get_omi_command_output_response.xml.erb', { chunks: [], done: true, exitCode: null }],
    ['get_omi_command_output_response_not_done.xml.erb', { chunks: [stdout], done: false, exitCode: null }],
  ])('%s: reads streams and state', (name, expected) => {
    expect(parseReceiveResponse(winrb(name, output).body, 'C-1')).toEqual(expected);
  });

  it('reads the shell quota in the shape of an MSFT_WmiError, without RelatesTo', () => {
    const answer = winrb('wmi_error_v2.xml');

    expect(answer.relatesTo).toBeUndefined();
    expect(answer.fault).toEqual({
      faultCode: 2150859173,
      subcode: 'QuotaLimit',
      text: expect.stringContaining('maximum number of 30 concurrent shells'),
    });
  });

  it("prefers the provider's words in a nested fault", () => {
    expect(winrb('soap_fault_v1.xml').fault).toEqual({
      faultCode: 2150858778,
      subcode: 'CannotProcessFilter',
      text: 'The specified class does not exist in the given namespace.',
    });
  });

  it('reads a fault without detail', () => {
    expect(winrb('soap_fault_omi.xml').fault).toEqual({
      faultCode: null,
      subcode: 'InternalError',
      text: 'get-instance: instance name parameter is missing',
    });
  });

  it('reads the fault of version 2', () => {
    expect(winrb('soap_fault_v2.xml').fault).toMatchObject({
      faultCode: 2150858778,
      subcode: 'CannotProcessFilter',
    });
  });
});

describeRecorded('winrmlib: single answers', 'winrmlib', () => {
  it('reads the quota of operations, a time-out and a command id', () => {
    const read = (name: string) => parseEnvelope(readRecording(`winrmlib/${name}`));

    expect(read('concurrent_operations_fault.xml').fault?.faultCode).toBe(2150859174);
    expect(read('operation_timeout.xml').fault).toMatchObject({ faultCode: 2150858793, subcode: 'TimedOut' });
    expect(parseCommandResponse(read('command_response.xml').body)).toBe(
      '5B8A3515-ADB4-4AE2-90A8-4665AE9E71A2',
    );
  });
});

/** The header elements of a request in their order, with mustUnderstand; OptionSet differs by what is asked for. */
const headerShape = (request: string): string[] => {
  const header = /<s:Header>(.*)<\/s:Header>/s.exec(request)?.[1] ?? '';
  return Array.from(header.matchAll(/<(wsa|wsman|wsmv):(\w+)([^>]*)>/g), ([, prefix, name, attributes]) => {
    const mustUnderstand = /mustUnderstand="(\w+)"/.exec(attributes ?? '')?.[1] ?? '';
    return `${prefix}:${name} ${mustUnderstand}`;
  }).filter((line) => !/OptionSet|Option /.test(line));
};

const emptyBody = () => ({ namespace: '', name: '', attributes: new Map(), children: [], text: '' });
