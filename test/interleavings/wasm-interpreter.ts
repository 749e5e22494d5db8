import { type Instruction, OP, type WasmFunction, type WasmModule } from './wasm-module.ts';

/** What a module's memory is asked for: plain accesses of 1, 4 or 8 bytes, and atomics of 4. Values are unsigned. */
export interface WasmMemoryAccess {
  load(address: number, bytes: number): bigint;
  store(address: number, bytes: number, value: bigint): void;
  atomicLoad(address: number): number;
  atomicStore(address: number, value: number): void;
}

/** Vectors are pairs of 64 bits, which are accessed one after the other: nothing promises more. */
type Value = number | bigint | readonly [bigint, bigint];

const BINARY: Readonly<Record<number, (a: number, b: number) => number>> = {
  0x46: (a, b) => Number(a === b),
  0x47: (a, b) => Number(a !== b),
  0x49: (a, b) => Number(a >>> 0 < b >>> 0),
  0x4b: (a, b) => Number(a >>> 0 > b >>> 0),
  0x4d: (a, b) => Number(a >>> 0 <= b >>> 0),
  0x4f: (a, b) => Number(a >>> 0 >= b >>> 0),
  0x6a: (a, b) => (a + b) | 0,
  0x6b: (a, b) => (a - b) | 0,
  0x71: (a, b) => a & b,
  0x72: (a, b) => a | b,
  0x73: (a, b) => a ^ b,
  0x74: (a, b) => a << b,
  0x76: (a, b) => (a >>> b) | 0,
};

interface Label {
  /** Where a branch to it goes on. */
  readonly target: number;
  readonly isLoop: boolean;
  readonly height: number;
}

/** One call of a function: its locals and its stack. */
class Frame {
  readonly #module: WasmModule;
  readonly #memory: WasmMemoryAccess;
  readonly #function: WasmFunction;
  readonly #locals: Value[];
  readonly #stack: Value[] = [];
  readonly #labels: Label[] = [];

  constructor(module: WasmModule, memory: WasmMemoryAccess, callee: WasmFunction, parameters: readonly Value[]) {
    this.#module = module;
    this.#memory = memory;
    this.#function = callee;
    this.#locals = [...parameters, ...Array.from({ length: callee.locals }, () => 0)];
  }

  run(): Value | undefined {
    const { code, results } = this.#function;
    for (let at = 0; at < code.length && at >= 0;) at = this.#step(code[at]!, at);
    return results === 0 ? undefined : this.#stack.pop();
  }

  #number(): number {
    return this.#stack.pop() as number;
  }

  /** Does one instruction; where to go on, or -1 to return. */
  #step(each: Instruction, at: number): number {
    const { op, a } = each;
    const height = this.#stack.length;
    switch (op) {
      case OP.block:
        this.#labels.push({ target: each.end + 1, isLoop: false, height });
        return at + 1;
      case OP.loop:
        this.#labels.push({ target: at + 1, isLoop: true, height });
        return at + 1;
      case OP.if: {
        const isTrue = this.#number() !== 0;
        if (!isTrue && each.otherwise === each.end) return each.end + 1;
        this.#labels.push({ target: each.end + 1, isLoop: false, height: height - 1 });
        return isTrue ? at + 1 : each.otherwise + 1;
      }
      case OP.else:
        return each.end;
      case OP.end:
        this.#labels.pop();
        return at + 1;
      case OP.br:
        return this.#branch(a);
      case OP.brIf:
        return this.#number() === 0 ? at + 1 : this.#branch(a);
      case OP.return:
        return -1;
      default:
        this.#plain(each);
        return at + 1;
    }
  }

  #branch(depth: number): number {
    const label = this.#labels.at(-1 - depth);
    if (label === undefined) return -1;
    this.#labels.length -= depth + (label.isLoop ? 0 : 1);
    this.#stack.length = label.height;
    return label.target;
  }

  #plain(each: Instruction): void {
    const { op, a } = each;
    const stack = this.#stack;
    const binary = BINARY[op];
    if (binary !== undefined) {
      const right = this.#number();
      stack.push(binary(this.#number(), right));
      return;
    }
    switch (op) {
      case OP.call:
        return this.#call(this.#module.functions[a]!);
      case OP.select: {
        const isFirst = this.#number() !== 0;
        const second = stack.pop()!;
        if (!isFirst) stack[stack.length - 1] = second;
        return;
      }
      case OP.localGet:
        stack.push(this.#locals[a]!);
        return;
      case OP.localSet:
        this.#locals[a] = stack.pop()!;
        return;
      case OP.localTee:
        this.#locals[a] = stack.at(-1)!;
        return;
      case OP.i32Const:
        stack.push(a | 0);
        return;
      case OP.i64Const:
        stack.push(BigInt(a));
        return;
      case 0xad:
        stack.push(BigInt(this.#number() >>> 0));
        return;
      default:
        this.#access(each);
    }
  }

  #call(callee: WasmFunction): void {
    const parameters = this.#stack.splice(this.#stack.length - callee.parameters);
    const result = new Frame(this.#module, this.#memory, callee, parameters).run();
    if (result !== undefined) this.#stack.push(result);
  }

  #access({ op, b: offset }: Instruction): void {
    const memory = this.#memory;
    const stack = this.#stack;
    const address = (): number => (this.#number() >>> 0) + offset;
    switch (op) {
      case 0x28:
        stack.push(Number(BigInt.asIntN(32, memory.load(address(), 4))));
        return;
      case 0x29:
        stack.push(memory.load(address(), 8));
        return;
      case 0x2d:
        stack.push(Number(memory.load(address(), 1)));
        return;
      case 0x36:
      case 0x3a: {
        const value = BigInt(this.#number() >>> 0);
        memory.store(address(), op === 0x36 ? 4 : 1, op === 0x36 ? value : value & 0xffn);
        return;
      }
      case 0x37: {
        const value = BigInt.asUintN(64, stack.pop() as bigint);
        memory.store(address(), 8, value);
        return;
      }
      case 0xfd00: {
        const at = address();
        stack.push([memory.load(at, 8), memory.load(at + 8, 8)]);
        return;
      }
      case 0xfd0b: {
        const [low, high] = stack.pop() as readonly [bigint, bigint];
        const at = address();
        memory.store(at, 8, low);
        memory.store(at + 8, 8, high);
        return;
      }
      case 0xfe10:
        stack.push(memory.atomicLoad(address()) | 0);
        return;
      case 0xfe17: {
        const value = this.#number();
        memory.atomicStore(address(), value >>> 0);
        return;
      }
      case 0xfc0a:
        return this.#copy();
      default:
        throw new Error(`an instruction that nobody knows: 0x${op.toString(16)}`);
    }
  }

  /** memory.copy: a byte after the other, from the end that the overlap leaves right. */
  #copy(): void {
    const length = this.#number() >>> 0;
    const source = this.#number() >>> 0;
    const target = this.#number() >>> 0;
    for (let i = 0; i < length; i++) {
      const at = target > source ? length - 1 - i : i;
      this.#memory.store(target + at, 1, this.#memory.load(source + at, 1));
    }
  }
}

/** The exports of `module`, over a memory of which every access is seen. */
export function interpret(
  module: WasmModule,
  memory: WasmMemoryAccess,
): Readonly<Record<string, (...parameters: number[]) => number>> {
  const calls = [...module.exports].map(([name, callee]) => {
    const call = (...parameters: number[]): number =>
      new Frame(
        module,
        memory,
        callee,
        parameters.map((value) => value | 0),
      ).run() as number;
    return [name, call] as const;
  });
  return Object.fromEntries(calls);
}
