/** One instruction: what it does, with up to two numbers behind it, and for blocks, where they go on. */
export interface Instruction {
  readonly op: number;
  readonly a: number;
  readonly b: number;
  /** Of `block`, `loop`, `if` and `else`: the index of the `end` that belongs to it. */
  end: number;
  /** Of an `if`: the index of its `else`, or of its end. */
  otherwise: number;
}

export interface WasmFunction {
  readonly parameters: number;
  readonly results: number;
  readonly locals: number;
  readonly code: readonly Instruction[];
}

/** The functions of a module that imports one memory and nothing else, and their names. */
export interface WasmModule {
  readonly functions: readonly WasmFunction[];
  readonly exports: ReadonlyMap<string, WasmFunction>;
}

export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Const: 0x41,
  i64Const: 0x42,
} as const;

/** Opcodes with one or two numbers behind them; those of memory have an alignment and an offset. */
const NUMBERS: Readonly<Record<number, 0 | 1 | 2>> = {
  [OP.block]: 1,
  [OP.loop]: 1,
  [OP.if]: 1,
  [OP.br]: 1,
  [OP.brIf]: 1,
  [OP.call]: 1,
  [OP.localGet]: 1,
  [OP.localSet]: 1,
  [OP.localTee]: 1,
  [OP.i32Const]: 1,
  [OP.i64Const]: 1,
};

/** Prefixes of opcodes that are longer than a byte: bulk memory, vectors, atomics. */
const PREFIXES: ReadonlySet<number> = new Set([0xfc, 0xfd, 0xfe]);
const isMemory = (op: number): boolean => (op >= 0x28 && op <= 0x3e) || op >>> 8 === 0xfd || op >>> 8 === 0xfe;
const MEMORY_COPY = 0xfc0a;

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.at++]!;
  }

  /** LEB128. */
  number(isSigned = false): number {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if ((byte & 0x80) !== 0) continue;
      if (isSigned && (byte & 0x40) !== 0) value -= 1n << shift;
      return Number(value);
    }
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.number() }, read);
  }
}

function instruction(reader: Reader): Instruction {
  let op = reader.byte();
  if (PREFIXES.has(op)) op = (op << 8) | reader.number();
  const count = isMemory(op) || op === MEMORY_COPY ? 2 : (NUMBERS[op] ?? 0);
  const isSigned = op === OP.i32Const || op === OP.i64Const || op === OP.block || op === OP.loop || op === OP.if;
  const a = count > 0 ? reader.number(isSigned) : 0;
  return { op, a, b: count > 1 ? reader.number() : 0, end: -1, otherwise: -1 };
}

/** The instructions of one body, with the ends of the blocks found. */
function body(reader: Reader): Instruction[] {
  const code: Instruction[] = [];
  const open: Instruction[] = [];
  while (!reader.isAtEnd) {
    const each = instruction(reader);
    const index = code.push(each) - 1;
    if (each.op === OP.block || each.op === OP.loop || each.op === OP.if) open.push(each);
    if (each.op === OP.else) {
      open.at(-1)!.otherwise = index;
      open.push(each);
    }
    if (each.op !== OP.end || open.length === 0) continue;
    let block = open.pop()!;
    block.end = index;
    if (block.op === OP.else) {
      block = open.pop()!;
      block.end = index;
    }
    if (block.otherwise < 0) block.otherwise = index;
  }
  return code;
}

const SECTION = { type: 1, function: 3, export: 7, code: 10 } as const;

/** Reads what the module of `ring-calls.wat` has; no validation, it is compiled by engines elsewhere. */
export function readModule(bytes: Uint8Array): WasmModule {
  const reader = new Reader(bytes);
  reader.take(8);
  const sections = new Map<number, Reader>();
  while (!reader.isAtEnd) {
    const id = reader.byte();
    sections.set(id, new Reader(reader.take(reader.number())));
  }
  const types = sections.get(SECTION.type)!;
  const signatures = types.list(() => {
    types.byte();
    return { parameters: types.list(() => types.byte()).length, results: types.list(() => types.byte()).length };
  });
  const indices = sections.get(SECTION.function)!;
  const kinds = indices.list(() => signatures[indices.number()]!);
  const codes = sections.get(SECTION.code)!;
  let next = 0;
  const functions = codes.list((): WasmFunction => {
    const own = new Reader(codes.take(codes.number()));
    let locals = 0;
    for (const count of own.list(() => [own.number(), own.byte()] as const)) locals += count[0];
    return { ...kinds[next++]!, locals, code: body(own) };
  });
  const names = sections.get(SECTION.export)!;
  const exports = names.list((): [string, WasmFunction] => {
    const name = new TextDecoder().decode(names.take(names.number()));
    names.byte();
    return [name, functions[names.number()]!];
  });
  return { functions, exports: new Map(exports) };
}
