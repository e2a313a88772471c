import { nodesOf, placeOf } from './parser.mjs';

const FORBIDDEN = new Map([
  ['add-type', 'Add-Type compiles on the target, which antivirus products stop: use what the framework has'],
  ['invoke-expression', 'Invoke-Expression runs text as code: call the command itself'],
]);

/** The functions that the files define: name in lower case -> the names of its parameters. */
export function functionsOf(trees) {
  const functions = new Map();
  for (const tree of trees) {
    for (const node of nodesOf(tree.rootNode)) {
      if (node.type !== 'function_statement') continue;
      const name = node.children.find((child) => child?.type === 'function_name');
      if (name) functions.set(name.text.toLowerCase(), { name: name.text, parameters: parametersOf(node) });
    }
  }
  return functions;
}

function parametersOf(definition) {
  const declared = [...nodesOf(definition)].filter((node) => node.type === 'script_parameter');
  return declared.map((node) => {
    const variable = node.children.find((child) => child?.type === 'variable');
    return (variable?.text ?? '').replace(/^\$/, '').toLowerCase();
  });
}

/** Unknown commands and parameters, aliases, forbidden commands, too many arguments for a function of ours. */
export function* checkCommands(tree, { profile, functions }) {
  for (const node of nodesOf(tree.rootNode)) {
    if (node.type !== 'command') continue;
    const name = node.children.find((child) => child?.type === 'command_name') ?? literalTarget(node);
    if (name) yield* checkCommand({ node, name, place: placeOf(name), profile, functions });
  }
}

/** The name after & or . when it is written out; a variable or a script block is not looked into. */
function literalTarget(node) {
  const target = node.children.find((child) => child?.type === 'command_name_expr');
  return target?.children.find((child) => child?.type === 'command_name');
}

function* checkCommand(call) {
  const { name, place, profile, functions } = call;
  const key = name.text.toLowerCase();
  const own = functions.get(key);
  if (own) return yield* checkOwnCall(call, own);
  if (FORBIDDEN.has(key)) return yield { ...place, message: FORBIDDEN.get(key) };
  const alias = profile.aliases.get(key);
  if (alias) {
    const forbidden = FORBIDDEN.get(alias.toLowerCase());
    return yield { ...place, message: forbidden ?? `${name.text} is an alias: write ${alias}` };
  }
  const command = profile.commands.get(key);
  if (command) return yield* checkParameters(call, command.name, command.parameters);
  const hint = key.endsWith('.exe')
    ? 'start programs through Invoke-SystemTool'
    : 'neither 5.1 nor src/target has it';
  yield { ...place, message: `Unknown command ${name.text}: ${hint}` };
}

/** The arguments. What follows another without a space belongs to it: the grammar cuts `$reader.ReadToEnd()` in two. */
function elementsOf(call) {
  const list = call.node.children.find((child) => child?.type === 'command_elements');
  const isSeparator = (child) => child?.type === 'command_argument_sep';
  return (list?.children ?? []).filter(
    (child, index, all) => !isSeparator(child) && isSeparator(all[index - 1]),
  );
}

function parameterName(node) {
  return node.text.replace(/^-/, '').replace(/:$/, '');
}

function* checkParameters(call, commandName, known) {
  for (const node of elementsOf(call)) {
    if (node.type !== 'command_parameter') continue;
    const parameter = parameterName(node);
    if (known.has(parameter.toLowerCase())) continue;
    yield {
      ...placeOf(node),
      message: `${commandName} has no parameter -${parameter} in 5.1 (short forms and aliases are not accepted either)`,
    };
  }
}

function* checkOwnCall(call, own) {
  yield* checkParameters(call, own.name, new Set(own.parameters));
  const elements = elementsOf(call);
  if (elements.some((node) => node.type === 'command_parameter')) return;
  const given = elements.filter((node) => node.type !== 'redirection').length;
  if (given <= own.parameters.length) return;
  yield { ...call.place, message: `${own.name} takes ${own.parameters.length} arguments, here are ${given}` };
}
