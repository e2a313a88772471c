import { describe, expect, it } from '@jest/globals';
import { readImport } from './read-import.js';

describe('readImport of CSV', () => {
  it('names fields by the first line, whatever its case, and leaves empty cells out', () => {
    const text =
      'Name,ADDRESS,port,tags,attributes.Room\nPC-1,pc-1.example.com,5985,pilot | finance,B-204\nPC-2,,,,\n';

    expect(readImport(text, 'csv').lines).toEqual([
      {
        line: 2,
        fields: {
          name: 'PC-1',
          address: 'pc-1.example.com',
          port: 5985,
          tags: ['pilot', 'finance'],
          attributes: { Room: 'B-204' },
        },
      },
      { line: 3, fields: { name: 'PC-2' } },
    ]);
  });

  it('loses no column, whatever its attribute is called', () => {
    const [line] = readImport('name,attributes.__proto__\nPC-1,x\n', 'csv').lines;

    expect(Object.entries(line?.fields['attributes'] ?? {})).toEqual([['__proto__', 'x']]);
  });

  it('reads quotes, semicolons, a byte order mark and the line ends of Windows', () => {
    const text = '\uFEFFname;attributes.note\r\n"PC-1";"says ""hello""; on\r\ntwo lines"\r\n\r\nPC-2;x\r\n';

    expect(readImport(text, 'csv').lines).toEqual([
      { line: 2, fields: { name: 'PC-1', attributes: { note: 'says "hello"; on\ntwo lines' } } },
      { line: 5, fields: { name: 'PC-2', attributes: { note: 'x' } } },
    ]);
  });

  it('names each line that cannot be read, and reads none then', () => {
    const reading = readImport('name,port\nPC-1\nPC-2,5985\n"PC-3"x,1\nPC-4,"5985\n', 'csv');

    expect(reading.lines).toEqual([]);
    expect(reading.faults).toEqual([
      { pointer: '/2', code: 'wrong-format', detail: 'Line 2: it has 1 cells, the first line has 2' },
      {
        pointer: '/4',
        code: 'wrong-format',
        detail: 'Line 4: something follows the closing quote of a cell',
      },
      { pointer: '/5', code: 'wrong-format', detail: 'Line 5: a quote is opened and never closed' },
    ]);
  });

  it('refuses columns that it does not know or that stand twice, and a file without names', () => {
    const codes = (text: string) => readImport(text, 'csv').faults.map(({ code }) => code);

    expect(codes('name,passwrod\nPC-1,x\n')).toEqual(['unknown-field']);
    expect(codes('name,port,Port\nPC-1,1,2\n')).toEqual(['not-allowed']);
    expect(codes('address\npc-1\n')).toEqual(['missing-field']);
    expect(codes('')).toEqual(['wrong-format']);
  });
});

describe('readImport of JSON lines', () => {
  it('reads one object a line', () => {
    const { lines } = readImport('{"name":"PC-1"}\n\n{"name":"PC-2","tags":["pilot"]}', 'json-lines');

    expect(lines).toEqual([
      { line: 1, fields: { name: 'PC-1' } },
      { line: 3, fields: { name: 'PC-2', tags: ['pilot'] } },
    ]);
  });

  it('names each line that holds no object', () => {
    const { faults } = readImport(`{"name":"PC-1"}\n[1]\n{"name":\n${'['.repeat(1000)}`, 'json-lines');

    expect(faults.map(({ pointer }) => pointer)).toEqual(['/2', '/3', '/4']);
  });

  it('refuses more assets than one import may have, at the first that is too many', () => {
    const text = Array.from({ length: 10_001 }, (_, index) => `{"name":"PC-${index}"}`).join('\n');

    expect(readImport(text, 'json-lines').faults).toMatchObject([{ pointer: '/10001' }]);
  });
});

const HOSTS = [
  {
    name: 'web01.example.com',
    port: 5986,
    transport: 'https',
    tlsVerify: 'none',
    authentication: 'negotiate',
    tags: ['production', 'web'],
    attributes: { site: 'Bonn', rack: '7' },
  },
  {
    name: 'web02.example.com',
    port: 5986,
    transport: 'https',
    tlsVerify: 'none',
    authentication: 'negotiate',
    tags: ['production', 'web'],
    attributes: { site: 'Bonn' },
  },
  { name: 'db-a', address: '10.0.0.7', port: 5985, transport: 'http', tags: ['db', 'production'] },
];

/** Order of tags does not count. */
const fieldsOf = ({ lines }: ReturnType<typeof readImport>) =>
  lines.map(({ fields }) => {
    const tags: unknown = fields['tags'];
    return Array.isArray(tags)
      ? { ...fields, tags: tags.map(String).toSorted((one, other) => one.localeCompare(other)) }
      : fields;
  });

describe('readImport of an Ansible inventory', () => {
  it('reads its INI form: ranges, variables of groups, groups of groups', () => {
    const text = `# made by hand
db-a ansible_host=10.0.0.7 ansible_port=5985

[web]
web[01:02].example.com
web01.example.com rack="7" ansible_password='hunter 2'
[web:vars]
ansible_connection=winrm
ansible_winrm_transport=ntlm
site = Bonn
[db]
db-a
[production:children]
web
db
[production:vars]
ansible_winrm_server_cert_validation=ignore
ansible_port=5986
site=Berlin
[db:vars]
ansible_winrm_server_cert_validation=
`;
    const reading = readImport(text, 'ansible-ini');

    expect(reading.faults).toEqual([]);
    expect(fieldsOf(reading)).toEqual([
      { ...HOSTS[2], tlsVerify: 'full', attributes: { site: 'Berlin' } },
      HOSTS[0],
      HOSTS[1],
    ]);
    expect(reading.lines.map(({ line }) => line)).toEqual([2, 5, 5]);
  });

  it('reads its YAML form', () => {
    const text = `all:
  children:
    production:
      vars: { ansible_port: 5986, ansible_winrm_server_cert_validation: ignore }
      children:
        web:
          vars: { ansible_connection: winrm, ansible_winrm_transport: ntlm, site: Bonn }
          hosts:
            web01.example.com: { rack: 7, ansible_password: !vault "$ANSIBLE_VAULT", db_password: x }
            web02.example.com:
        db:
          hosts:
            db-a: { ansible_host: 10.0.0.7, ansible_port: 5985, ansible_winrm_server_cert_validation: [] }
`;
    const reading = readImport(text, 'ansible-yaml');

    expect(reading.faults).toEqual([]);
    expect(fieldsOf(reading)).toEqual(HOSTS);
    expect(reading.lines.map(({ line }) => line)).toEqual([9, 10, 13]);
  });

  it('leaves out what is no Windows machine, and says what Winch does not have', () => {
    const text = 'linux ansible_connection=ssh\npc-1 ansible_winrm_transport=kerberos secret_key=x\n';
    const { lines, notes } = readImport(text, 'ansible-ini');

    expect(lines).toEqual([
      { line: 2, fields: { name: 'pc-1', authentication: 'negotiate', tags: undefined } },
    ]);
    expect(notes).toEqual([
      { line: 1, detail: 'linux is left out: its connection is ssh, not winrm' },
      { line: 2, detail: 'pc-1 gets authentication negotiate: Winch has no kerberos' },
    ]);
  });

  it.each([
    ['a section that is none', '[web\npc-1\n', ['/1']],
    ['a word that is no variable', 'pc-1 winrm\n', ['/1']],
    ['ranges that are none', 'pc[1:x]\npc[9:1]\npc[1:99999]\n', ['/1', '/2', '/3']],
  ])('names the line of %s', (_what, text, pointers) => {
    expect(readImport(text, 'ansible-ini').faults.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it.each([
    ['text that is no YAML', 'all:\n  hosts: [\n', '/3'],
    ['a group that is none', 'all:\n  hosts:\n    pc-1:\nweb: [pc-1]\n', '/4'],
    ['a part that a group does not have', 'web:\n  host:\n    pc-1:\n', '/2'],
    ['an alias', 'web:\n  hosts:\n    pc-1: &a { x: 1 }\n    pc-2: *a\n', '/4'],
  ])('names the line of %s', (_what, text, pointer) => {
    expect(readImport(text, 'ansible-yaml').faults[0]?.pointer).toBe(pointer);
  });

  it('bears groups that hold each other', () => {
    const { lines } = readImport('[a:children]\nb\n[b:children]\na\n[b]\npc-1\n', 'ansible-ini');

    expect(lines).toEqual([{ line: 6, fields: expect.objectContaining({ name: 'pc-1' }) }]);
  });
});
