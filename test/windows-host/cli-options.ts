import { parseArgs } from 'node:util';
import { z } from 'zod';

const schema = z.strictObject({
  count: z.coerce.number().int().min(1).max(5000).default(1),
  port: z.coerce.number().int().min(0).max(65535).default(0),
  transport: z.enum(['http', 'https']).default('http'),
  engine: z.enum(['stand-in', 'powershell']).default('stand-in'),
  address: z.string().default('127.0.0.1'),
  user: z.string().min(1).default('Administrator'),
  password: z.string().min(1).optional(),
  help: z.boolean().default(false),
});

export type CliOptions = z.output<typeof schema>;

export const USAGE = `npm run windows-host -- [options]
  --count N          hosts to start (1)
  --port N           port of the first, the others follow; 0: the system chooses (0)
  --transport T      http (sealed) or https (http)
  --engine E         stand-in, or powershell: Microsoft's, under Wine (stand-in)
  --address A        address to listen on (127.0.0.1)
  --user NAME        the administrator's name (Administrator)
  --password TEXT    its password (a random one for each host)
Once ready, one JSON line per host. Ctrl-C ends all of them.
`;

/** Reads the command line. Throws an Error that says what is wrong with it. */
export function readCliOptions(args: readonly string[]): CliOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: text,
      port: text,
      transport: text,
      engine: text,
      address: text,
      user: text,
      password: text,
      help: { type: 'boolean', short: 'h' },
    },
  });
  const parsed = schema.safeParse(values);
  if (!parsed.success)
    throw new Error(
      parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  if (parsed.data.port !== 0 && parsed.data.port + parsed.data.count > 65536)
    throw new Error('--port: there are not that many ports');
  return parsed.data;
}
