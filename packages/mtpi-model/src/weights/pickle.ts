import { ModelError } from '../errors';

/** Every byte may create an object. Pickles of checkpoints are far smaller. */
const LARGEST_PICKLE = 1 << 20;

/** A class or function named by a pickle. It is never looked up nor executed; `apply` defines the result of a call. */
export interface PickleGlobal {
  apply?: (args: unknown[]) => unknown;
}

/** The names that a pickle may use. */
export interface PickleScope {
  /** The global `module.name`, undefined if it is not allowed. */
  global(name: string): PickleGlobal | undefined;
  /** The object behind a persistent id. */
  persistent(id: unknown): unknown;
}

/**
 * Reads a pickle of protocol 2 without executing anything: dicts become Maps, lists and tuples arrays, and only the
 * globals of `scope` exist. State set on a dict (BUILD) is ignored; on anything else it is an error.
 *
 * @param path names the file in errors.
 * @throws ModelError `InvalidWeights` naming an opcode or global that is not allowed, or the position of damage.
 */
export function readPickle(bytes: Uint8Array, scope: PickleScope, path: string): unknown {
  if (bytes.length > LARGEST_PICKLE) {
    throw new ModelError('InvalidWeights', {
      path,
      expected: `a pickle of at most ${LARGEST_PICKLE} bytes`,
      found: `${bytes.length}`,
    });
  }
  return new PickleReader(bytes, scope, path).read();
}

class PickleReader {
  private at = 0;
  private stack: unknown[] = [];
  private readonly marks: unknown[][] = [];
  private readonly memo = new Map<number, unknown>();
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly scope: PickleScope,
    private readonly path: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): unknown {
    for (;;) {
      const opcode = this.take(1)[0];
      if (opcode === 0x2e) return this.pop(); // STOP
      this.step(opcode);
    }
  }

  private step(opcode: number): void {
    switch (String.fromCharCode(opcode)) {
      case '\x80': // PROTO
        this.take(1);
        break;
      case 'N': // NONE
        this.push(null);
        break;
      case '\x88': // NEWTRUE
        this.push(true);
        break;
      case '\x89': // NEWFALSE
        this.push(false);
        break;
      case 'J': // BININT
        this.push(this.number(4, (at) => this.view.getInt32(at, true)));
        break;
      case 'K': // BININT1
        this.push(this.uint8());
        break;
      case 'M': // BININT2
        this.push(this.number(2, (at) => this.view.getUint16(at, true)));
        break;
      case '\x8a': // LONG1
        this.push(this.long(this.take(this.uint8())));
        break;
      case 'G': // BINFLOAT
        this.push(this.number(8, (at) => this.view.getFloat64(at)));
        break;
      case 'X': // BINUNICODE
        this.push(new TextDecoder().decode(this.take(this.uint32())));
        break;
      case '}': // EMPTY_DICT
        this.push(new Map());
        break;
      case ']': // EMPTY_LIST
      case ')': // EMPTY_TUPLE
        this.push([]);
        break;
      case '(': // MARK
        this.marks.push(this.stack);
        this.stack = [];
        break;
      case 't': // TUPLE
        this.push(this.sinceMark());
        break;
      case '\x85': // TUPLE1
      case '\x86': // TUPLE2
      case '\x87': // TUPLE3
        this.push(this.popMany(opcode - 0x84));
        break;
      case 'a': // APPEND
        this.append([this.pop()]);
        break;
      case 'e': // APPENDS
        this.append(this.sinceMark());
        break;
      case 's': // SETITEM
        this.setItems(this.popMany(2));
        break;
      case 'u': // SETITEMS
        this.setItems(this.sinceMark());
        break;
      case 'q': // BINPUT
        this.memo.set(this.uint8(), this.top());
        break;
      case 'r': // LONG_BINPUT
        this.memo.set(this.uint32(), this.top());
        break;
      case 'h': // BINGET
        this.recall(this.uint8());
        break;
      case 'j': // LONG_BINGET
        this.recall(this.uint32());
        break;
      case 'c': // GLOBAL
        this.push(this.global(`${this.line()}.${this.line()}`));
        break;
      case 'R': // REDUCE
        this.reduce();
        break;
      case 'b': // BUILD
        this.pop();
        if (!(this.top() instanceof Map)) this.fail('sets the state of something other than a dict');
        break;
      case 'Q': // BINPERSID
        this.push(this.scope.persistent(this.pop()));
        break;
      default:
        this.fail(`holds opcode 0x${opcode.toString(16).padStart(2, '0')}, which tensors do not need`);
    }
  }

  private reduce(): void {
    const [callee, args] = this.popMany(2);
    if (!(callee instanceof AllowedGlobal)) throw this.broken('calls something other than a global');
    const { apply } = callee.meaning;
    if (!apply) throw this.broken(`calls ${callee.name}, which is not a function`);
    if (!Array.isArray(args)) throw this.broken(`calls ${callee.name} without a tuple of arguments`);
    this.push(apply(args));
  }

  private global(name: string): AllowedGlobal {
    const meaning = this.scope.global(name);
    return meaning ? new AllowedGlobal(name, meaning) : this.fail(`names ${name}, which tensors do not need`);
  }

  private append(items: unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.broken('appends to something other than a list');
    for (const item of items) list.push(item);
  }

  private setItems(items: unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2)
      throw this.broken('sets items of something other than a dict');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  }

  private recall(key: number): void {
    if (!this.memo.has(key)) this.fail(`recalls object ${key}, which it never stored`);
    this.push(this.memo.get(key));
  }

  private sinceMark(): unknown[] {
    const items = this.stack;
    this.stack = this.marks.pop() ?? this.fail('lacks a mark');
    return items;
  }

  private top(): unknown {
    return this.stack.length ? this.stack[this.stack.length - 1] : this.fail('takes from an empty stack');
  }

  private push(value: unknown): void {
    this.stack.push(value);
  }

  private pop(): unknown {
    return this.popMany(1)[0];
  }

  private popMany(count: number): unknown[] {
    if (this.stack.length < count) this.fail('takes from an empty stack');
    return this.stack.splice(this.stack.length - count);
  }

  private uint8(): number {
    return this.take(1)[0];
  }

  private uint32(): number {
    return this.number(4, (at) => this.view.getUint32(at, true));
  }

  private long(digits: Uint8Array): number {
    const value = digits.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return Number(BigInt.asIntN(Math.max(1, 8 * digits.length), value));
  }

  private number(size: number, get: (at: number) => number): number {
    const { at } = this;
    this.take(size);
    return get(at);
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) this.fail('is truncated within a name');
    const text = new TextDecoder().decode(this.take(end - this.at));
    this.at++;
    return text;
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) {
      this.fail(`is truncated: expected ${count} more bytes, found ${this.bytes.length - this.at}`);
    }
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private fail(what: string): never {
    throw this.broken(what);
  }

  private broken(what: string): ModelError {
    const found = `near byte ${this.at} the pickle ${what}`;
    return new ModelError('InvalidWeights', `${this.path}: not a readable checkpoint: ${found}`, {
      ...{ path: this.path, expected: 'a PyTorch checkpoint of tensors', found },
    });
  }
}

class AllowedGlobal {
  constructor(
    readonly name: string,
    readonly meaning: PickleGlobal,
  ) {}
}

/** The meaning behind a value of a pickle if it is a global, else undefined. */
export function globalOf(value: unknown): PickleGlobal | undefined {
  return value instanceof AllowedGlobal ? value.meaning : undefined;
}
