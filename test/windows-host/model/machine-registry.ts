type RegistryValue = string | number;
type RegistryKeys = Record<string, Record<string, RegistryValue>>;

/** The registry of a machine under Windows' rules: key and value names are case-insensitive. */
export class MachineRegistry {
  readonly #keys: RegistryKeys;

  /** Works on the given record in place, so that a model shows every change. */
  constructor(keys: RegistryKeys) {
    this.#keys = keys;
  }

  /** The values of a key, or undefined when there is no such key. */
  values(key: string): Readonly<Record<string, RegistryValue>> | undefined {
    const name = nameLike(this.#keys, key);
    return name === undefined ? undefined : this.#keys[name];
  }

  /** Names of the keys directly below a key. */
  subKeys(key: string): string[] {
    const prefix = `${key.toLowerCase()}\\`;
    const below = Object.keys(this.#keys).filter((name) => name.toLowerCase().startsWith(prefix));
    const names = below.map((name) => name.slice(prefix.length).split('\\', 1)[0] ?? '');
    return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
  }

  get(key: string, valueName: string): RegistryValue | undefined {
    const values = this.values(key);
    const name = values && nameLike(values, valueName);
    return name === undefined ? undefined : values?.[name];
  }

  /** Names of the keys directly below one, each once. */
  subkeys(key: string): string[] {
    const prefix = `${key.toLowerCase()}\\`;
    const below = Object.keys(this.#keys).filter((name) => name.toLowerCase().startsWith(prefix));
    return [...new Set(below.map((name) => name.slice(prefix.length).split('\\')[0] ?? ''))];
  }

  /** Creates the key when it is missing and merges the values; null removes a value. */
  merge(key: string, values: Readonly<Record<string, RegistryValue | null>>): void {
    const name = nameLike(this.#keys, key) ?? key;
    const target = (this.#keys[name] ??= {});
    for (const [valueName, value] of Object.entries(values)) {
      const existing = nameLike(target, valueName) ?? valueName;
      if (value === null) delete target[existing];
      else target[existing] = value;
    }
  }

  /** Removes the key and everything below it. */
  deleteTree(key: string): void {
    const lower = key.toLowerCase();
    for (const name of Object.keys(this.#keys)) {
      const candidate = name.toLowerCase();
      if (candidate === lower || candidate.startsWith(`${lower}\\`)) delete this.#keys[name];
    }
  }
}

function nameLike(record: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (Object.hasOwn(record, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(record).find((candidate) => candidate.toLowerCase() === lower);
}
