import type { Random } from '@mtpi/polsar-priors';

/** Values that lengths, counts and offsets break on. */
const NUMBERS = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
const TEXTS = ['', '0', '-1', '1.5', '65536', '4294967295', '99999999999999999999', '1e308', 'NaN', '../x'];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const at = (bytes: Buffer, random: Random) => random.integer(0, Math.max(0, bytes.length - 1));

const flip: Mutation = (bytes, random) => {
  for (let i = random.integer(1, 8); i > 0 && bytes.length > 0; i--) {
    bytes[at(bytes, random)] ^= 1 << random.integer(0, 7);
  }
  return bytes;
};

const overwrite: Mutation = (bytes, random) => {
  if (bytes.length > 0) bytes[at(bytes, random)] = random.integer(0, 255);
  return bytes;
};

const cut: Mutation = (bytes, random) => bytes.subarray(0, at(bytes, random));

const repeat: Mutation = (bytes, random) => {
  const [start, length] = [at(bytes, random), random.integer(1, 64)];
  const copies = Array<Buffer>(random.integer(1, 200)).fill(bytes.subarray(start, start + length));
  return Buffer.concat([bytes.subarray(0, start), ...copies, bytes.subarray(start)]);
};

const splice: Mutation = (bytes, random) => {
  const [from, to, length] = [at(bytes, random), at(bytes, random), random.integer(1, 256)];
  const part = Buffer.from(bytes.subarray(from, from + length));
  part.copy(bytes, to);
  return bytes;
};

const remove: Mutation = (bytes, random) => {
  const [start, length] = [at(bytes, random), random.integer(1, 64)];
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)]);
};

const number: Mutation = (bytes, random) => {
  const value = random.pick(NUMBERS);
  const size = random.pick([1, 2, 4]);
  if (bytes.length < 8) return bytes;
  const position = random.integer(0, bytes.length - 4);
  if (random.chance(0.5)) bytes.writeUIntLE(value % 2 ** (8 * size), position, size);
  else bytes.writeUIntBE(value % 2 ** (8 * size), position, size);
  return bytes;
};

/** Another number in a text. */
const digits: Mutation = (bytes, random) => {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(/-?\d+(?:\.\d+)?/g)];
  if (found.length === 0) return number(bytes, random);
  const { 0: old, index } = random.pick(found);
  const changed = random.pick(TEXTS);
  return Buffer.from(text.slice(0, index) + changed + text.slice(index + old.length), 'latin1');
};

/** An element of an XML document, without others in it, that is gone, empty, or there many times. */
const element: Mutation = (bytes, random) => {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(/<([\w:]+)([^<>]*)>([^<>]*)<\/\1>/g)];
  if (found.length === 0) return digits(bytes, random);
  const { 0: whole, 1: name, 2: attributes, index } = random.pick(found);
  const changed = random.pick([
    '',
    `<${name}${attributes}></${name}>`,
    `<${name}>${random.pick(TEXTS)}</${name}>`,
    whole.repeat(random.integer(2, 50)),
  ]);
  return Buffer.from(text.slice(0, index) + changed + text.slice(index + whole.length), 'latin1');
};

const MUTATIONS = [
  flip,
  flip,
  overwrite,
  overwrite,
  cut,
  repeat,
  splice,
  remove,
  number,
  number,
  digits,
  digits,
];

/** Of documents: most others leave no XML or JSON, and never come to what it says. */
const DOCUMENT_MUTATIONS = [
  ...MUTATIONS,
  ...Array<Mutation>(12).fill(digits),
  ...Array<Mutation>(12).fill(element),
];

/** Damaged bytes: one to three mutations, as the random numbers have it. */
export function mutate(bytes: Uint8Array, random: Random): Buffer {
  let result = Buffer.from(bytes);
  const mutations = /^\s*[<{]/.test(result.toString('latin1', 0, 64)) ? DOCUMENT_MUTATIONS : MUTATIONS;
  for (let i = random.pick([1, 1, 1, 2, 3]); i > 0; i--) {
    result = Buffer.from(random.pick(mutations)(result, random));
  }
  return result;
}
