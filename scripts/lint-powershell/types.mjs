import { nodesOf, placeOf, unwrapped } from './parser.mjs';

/** Attributes and words in square brackets that name no type. */
const NOT_TYPES = new Set(['ordered', 'pscustomobject']);
/** Members of COM objects (Task Scheduler), which no .NET profile can know. */
const COM_METHODS = new Set([
  'connect',
  'getfolder',
  'createfolder',
  'gettask',
  'registertask',
  'deletetask',
  'run',
  'stop',
]);
/** Reflection reaches what the framework hides; antivirus products know it from attacks. */
const REFLECTION = /^(?:system\.)?reflection\.|^(?:system\.)?(?:activator|appdomain)$/;
const REFLECTING_METHODS = new Set([
  'getmethod',
  'getmethods',
  'getfield',
  'getfields',
  'invokemember',
  'makegenerictype',
]);

/** Unknown types, static members, enumeration values and methods; reflection. */
export function* checkTypes(tree, profile) {
  for (const node of nodesOf(tree.rootNode)) {
    if (node.type === 'type_literal') yield* checkTypeName(node, node.text.slice(1, -1), profile);
    if (node.type === 'member_access' || node.type === 'invokation_expression')
      yield* checkMember(node, profile);
    if (node.type === 'cast_expression') yield* checkEnumText(node, profile);
    if (node.type === 'command') yield* checkNewObject(node, profile);
  }
}

/** The profile's entry for a type as it is written: arrays, generics, accelerators, without System. */
function findType(text, profile) {
  const name = text
    .replaceAll(/\s/g, '')
    .replace(/(?:\[,*\])+$/, '')
    .toLowerCase();
  const generic = /^([^[]+)\[(.+)\]$/.exec(name);
  const key = generic ? `${generic[1]}\`${generic[2].split(',').length}` : name;
  return profile.types.get(key) ?? profile.types.get(`system.${key}`);
}

function* checkTypeName(node, text, profile) {
  if (NOT_TYPES.has(text.toLowerCase())) return;
  if (REFLECTION.test(text.toLowerCase())) {
    yield { ...placeOf(node), message: `[${text}] is reflection, which antivirus products stop` };
  } else if (!findType(text, profile)) {
    yield {
      ...placeOf(node),
      message: `Unknown type [${text}]: powershell.exe 5.1 has not loaded one of that name`,
    };
  }
}

function* checkMember(node, profile) {
  const name = node.children.find((child) => child?.type === 'member_name');
  if (!name || name.children[0]?.type !== 'simple_name') return;
  const isStatic = node.children.some((child) => child?.type === '::');
  const count = node.type === 'invokation_expression' ? argumentCount(node) : null;
  if (REFLECTING_METHODS.has(name.text.toLowerCase()) && count !== null) {
    yield { ...placeOf(name), message: `${name.text} is reflection, which antivirus products stop` };
  } else if (isStatic) yield* checkStatic(node, name, count, profile);
  else if (count !== null) yield* checkInstance(name, count, profile);
}

function argumentCount(node) {
  const list = [...(node.children.find((child) => child?.type === 'argument_list')?.children ?? [])];
  const expressions = list.find((child) => child?.type === 'argument_expression_list');
  return (expressions?.children ?? []).filter((child) => child && child.type !== ',').length;
}

function* checkStatic(node, name, count, profile) {
  const literal = node.children[0];
  if (literal?.type !== 'type_literal') return;
  const type = findType(literal.text.slice(1, -1), profile);
  if (!type) return;
  const problem = staticProblem(type, name.text, count);
  if (problem)
    yield { ...placeOf(name), message: `${literal.text} has no static ${problem} in .NET Framework` };
}

function staticProblem(type, name, count) {
  const members = type.Static ?? {};
  if (count === null) {
    const known = [members.Fields, members.Properties, members.Methods].some((kind) => find(kind, name));
    return known ? null : `member ${name}`;
  }
  if (name.toLowerCase() === 'new') return type.Instance?.Constructors ? null : 'method new';
  const method = find(members.Methods, name);
  if (!method) return `method ${name}`;
  return method.OverloadParameters.some((overload) => takes(overload, count))
    ? null
    : `method ${name} with ${count} arguments`;
}

function find(members, name) {
  const entry = Object.entries(members ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return entry?.[1];
}

/** A last array may be a params array, which takes any number. */
function takes(overload, count) {
  return (
    overload.length === count || (overload.at(-1)?.endsWith('[]') === true && count >= overload.length - 1)
  );
}

function* checkInstance(name, count, profile) {
  const key = name.text.toLowerCase();
  if (COM_METHODS.has(key)) return;
  const counts = profile.instanceMethods.get(key);
  if (!counts) yield { ...placeOf(name), message: `No type of .NET Framework has a method ${name.text}` };
  else if (!counts.has(count) && key !== 'split') {
    yield {
      ...placeOf(name),
      message: `No type of .NET Framework has a method ${name.text} with ${count} arguments`,
    };
  }
}

/** [IO.FileShare]'ReadWrite, Delete': the text is only looked at when the line runs. */
function* checkEnumText(node, profile) {
  const [literal, operand] = node.children;
  if (literal?.type !== 'type_literal' || !operand) return;
  const type = findType(literal.text.slice(1, -1), profile);
  const text = unwrapped(operand);
  if (!type?.IsEnum || text.type !== 'verbatim_string_characters') return;
  for (const value of text.text.slice(1, -1).split(',')) {
    if (!find(type.Static.Fields, value.trim()))
      yield { ...placeOf(text), message: `${literal.text} has no value ${value.trim()}` };
  }
}

function* checkNewObject(node, profile) {
  if (node.children[0]?.text.toLowerCase() !== 'new-object') return;
  const elements = node.children.find((child) => child?.type === 'command_elements');
  const given = (elements?.children ?? []).filter((child) => child && child.type !== 'command_argument_sep');
  if (given.some((child) => child.text.toLowerCase() === '-comobject')) return;
  const first = given.find((child) => child.type !== 'command_parameter');
  if (!first) return;
  const name = unwrapped(first.children[0]?.childCount ? first : first);
  const text = name.text.replace(/^['"]|['"]$/g, '');
  if (/^[$(@]/.test(text)) return;
  yield* checkTypeName(name, text, profile);
}
