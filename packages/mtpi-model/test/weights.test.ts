import { existsSync, readFileSync } from 'node:fs';
import { compile } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { strToU8, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  decodeWeights,
  encodeSafetensors,
  encodeTorchCheckpoint,
  encodeWeights,
  isModelError,
  loadDespeckler,
  loadState,
  MtpiNet,
  type NamedTensor,
  parseSafetensors,
  readState,
  type WeightsInfo,
} from '../src/index';
import { decodeTorchCheckpoint, inferNetworkConfig, parseTorchCheckpoint } from '../src/weights/torch';

const FIXTURES = new URL('../../../../shared/fixtures/reference/', import.meta.url);
const CHECKPOINT = 'mtpi_epoch_001.pth';
const INFO: WeightsInfo = { transform: { kind: 'raw' }, tile: 64, training: { steps: 3 } };
const small = () => new MtpiNet({ baseChannels: 8, ddcrUnits: 1, dropoutRate: 0, seed: 7 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The message of the ModelError with this code that `run` throws. */
function messageOf(code: string, run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isModelError(error) && error.code === code) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

it('a loaded despeckler frees its network', async () => {
  const { numTensors } = tf.memory();
  const despeckler = await loadDespeckler('mtpi-small');
  expect(tf.memory().numTensors).toBeGreaterThan(numTensors);
  for (let n = 0; n < 2; n++) await despeckler.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
});

describe('safetensors', () => {
  it('keeps every weight, the configuration and the information', () => {
    const network = small();
    const decoded = decodeWeights(encodeWeights(network, INFO));
    expect(decoded).toMatchObject(INFO);
    expect(decoded.network.config).toEqual(network.config);
    expect(readState(decoded.network.namedWeights())).toEqual(readState(network.namedWeights()));
  });

  it('reads from anywhere in a larger buffer', () => {
    const tensors = new Map([['w', { shape: [2], data: Float32Array.of(3, -4) }]]);
    const bytes = encodeSafetensors({ tensors, metadata: {} });
    const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    expect(parseSafetensors(shifted).tensors).toEqual(tensors);
  });

  it('reports a truncated file by its name and a key', () => {
    const bytes = encodeWeights(small(), INFO);
    const message = messageOf('InvalidWeights', () =>
      decodeWeights(bytes.subarray(0, -40), 'cut.safetensors'),
    );
    expect(message).toMatch(/^cut\.safetensors: .*'recon\.2\.\w+'.*truncated/);
    expect(messageOf('InvalidWeights', () => decodeWeights(bytes.subarray(0, 5), 'cut'))).toMatch(
      /^cut: .*found 5/,
    );
  });

  it('reports a foreign file', () => {
    const foreign = encodeSafetensors({ tensors: new Map(), metadata: {} });
    expect(messageOf('InvalidWeights', () => decodeWeights(foreign, 'a.safetensors'))).toMatch(
      /^a\.safetensors: .*'network'/,
    );
    expect(
      messageOf('InvalidWeights', () => parseSafetensors(strToU8('neither header nor data'), 'b')),
    ).toMatch(/^b: /);
  });

  it('reports a configuration that is no network', () => {
    const metadata = { network: '{"filter":"DCT"}', transform: '{"kind":"raw"}', tile: '64', training: '{}' };
    const bytes = encodeSafetensors({ tensors: new Map(), metadata });
    expect(messageOf('InvalidWeights', () => decodeWeights(bytes, 'c'))).toMatch(/^c: .*filter/);
  });

  const tensor = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({
    dtype,
    shape,
    data_offsets: offsets,
  });
  it.each<[string, unknown, RegExp]>([
    ['is null', null, /not an object/],
    ['is a list', [1], /not an object/],
    ['has metadata other than texts', { __metadata__: { a: 1 }, a: tensor([2], [0, 8]) }, /metadata/],
    ['has a tensor of null', { a: null }, /'a' has dtype undefined/],
    ['has another dtype', { a: tensor([4], [0, 8], 'F16') }, /'a' has dtype F16/],
    ['has a dtype named like a method', { a: tensor([2], [0, 8], 'constructor') }, /dtype constructor/],
    ['has a negative shape', { a: tensor([-1, -2], [0, 8]) }, /'a' has no valid shape/],
    ['has a fractional shape', { a: tensor([0.5, 4], [0, 8]) }, /'a' has no valid shape/],
    ['has fractional offsets', { a: tensor([1], [0.5, 4.5]) }, /'a' has no valid shape or offsets/],
    ['has a shape that its bytes do not fit', { a: tensor([3], [0, 8]) }, /'a' of shape \[3\] spans 8/],
    [
      'has overlapping tensors',
      { a: tensor([2], [0, 8]), b: tensor([1], [4, 8]) },
      /'b' should start at byte 8/,
    ],
    ['leaves a gap before a tensor', { a: tensor([1], [4, 8]) }, /'a' should start at byte 0/],
    ['leaves bytes after the tensors', { a: tensor([1], [0, 4]) }, /end at byte 4 of the data, which has 8/],
  ])('refuses a header that %s', (_, header, message) => {
    const json = strToU8(JSON.stringify(header));
    const bytes = new Uint8Array(8 + json.length + 8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    expect(messageOf('InvalidWeights', () => parseSafetensors(bytes, 'd'))).toMatch(message);
  });

  it('reports weights that are missing, unknown or of another shape, and changes none', () => {
    const network = small();
    const weights = network.namedWeights();
    const before = readState(weights);
    const altered = (change: (state: Map<string, NamedTensor>) => unknown) => {
      const state = new Map(
        [...before].map(([key, { shape, data }]) => [key, { shape, data: data.map(() => 9) }]),
      );
      change(state);
      return messageOf('WeightsMismatch', () => loadState(weights, state, 'other.safetensors'));
    };
    expect(altered((s) => s.delete('reduce.bias'))).toBe(
      "other.safetensors: weight 'reduce.bias' is missing",
    );
    expect(altered((s) => s.set('extra', { shape: [1], data: Float32Array.of(1) }))).toContain("'extra'");
    expect(altered((s) => s.set('recon.2.bias', { shape: [1], data: Float32Array.of(1) }))).toBe(
      "other.safetensors: weight 'recon.2.bias' should have shape [7], found [1]",
    );
    expect(readState(weights)).toEqual(before);
  });
});

/** A zip as torch.save writes one, of this pickle and these float32 storages. */
const checkpoint = (pickle: string, storages: Record<string, number[]> = {}) =>
  zipSync({
    'a/data.pkl': strToU8(pickle, true),
    ...Object.fromEntries(
      Object.entries(storages).map(([key, values]) => [
        `a/data/${key}`,
        new Uint8Array(Float32Array.from(values).buffer),
      ]),
    ),
  });

const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const int = (value: number) => `K${String.fromCharCode(value)}`;
const storage = (key: string, type = 'FloatStorage') =>
  `(${text('storage')}ctorch\n${type}\n${text(key)}${text('cpu')}${int(6)}tQ`;
/** A state dict of one tensor (2, 2) with these strides. */
const oneTensor = (offset: number, strides: [number, number], type?: string) =>
  `\x80\x02}${text('w')}ctorch._utils\n_rebuild_tensor_v2\n(${storage('0', type)}${int(offset)}` +
  `${int(2)}${int(2)}\x86${int(strides[0])}${int(strides[1])}\x86\x89}tRs.`;

describe('PyTorch checkpoints', () => {
  it.each(['FrGT', 'FrFT'] as const)(
    'weights of the published network with %s are written and read back',
    (filter) => {
      const network = new MtpiNet({ baseChannels: 8, ddcrUnits: 1, filter, seed: 4 });
      const bytes = encodeTorchCheckpoint(network);
      const tensors = parseTorchCheckpoint(bytes, 'model.pth');
      const state = readState(network.namedWeights());
      expect([...tensors.keys()].filter((name) => name.includes('dropout'))).toEqual([]);
      for (const [name, tensor] of tensors) expect(tensor).toEqual(state.get(name));
      const read = decodeTorchCheckpoint(bytes, 'model.pth').network;
      expect(read.config).toMatchObject({ baseChannels: 8, ddcrUnits: 1, filter });
    },
  );

  it('has no weights of networks that the published code lacks', () => {
    for (const config of [
      { architecture: 'progressive' },
      { attention: 'normalized' },
      { resolution: 'half' },
      { output: 'image' },
    ] as const)
      expect(
        messageOf('InvalidArgument', () =>
          encodeTorchCheckpoint(new MtpiNet({ baseChannels: 8, ddcrUnits: 1, ...config })),
        ),
      ).toMatch(/published network/);
  });

  const values = { 0: [0, 1, 2, 3, 4, 5] };

  it('follows storage offset and strides', () => {
    const tensors = parseTorchCheckpoint(checkpoint(oneTensor(1, [1, 2]), values), 'a.pth');
    expect(tensors.get('w')).toEqual({ shape: [2, 2], data: Float32Array.of(1, 3, 2, 4) });
  });

  it('reports tensors beyond their storage and storages that are missing or of another type', () => {
    const failure = (pickle: string, storages = {}) =>
      messageOf('InvalidWeights', () => parseTorchCheckpoint(checkpoint(pickle, storages), 'a.pth'));
    expect(failure(oneTensor(3, [1, 2]), values)).toMatch(/^a\.pth: .*offset 3 exceeds/);
    expect(failure(oneTensor(0, [2, 1]))).toMatch(/^a\.pth: .*data\/0 is missing/);
    expect(failure(oneTensor(0, [2, 1], 'HalfStorage'), values)).toMatch(/^a\.pth: .*torch\.HalfStorage/);
  });

  it('refuses every other global and opcode', () => {
    const failure = (pickle: string) =>
      messageOf('InvalidWeights', () => parseTorchCheckpoint(checkpoint(pickle), 'evil.pth'));
    expect(failure(`\x80\x02cos\nsystem\n${text('true')}\x85R.`)).toMatch(/^evil\.pth: .*os\.system/);
    expect(failure('\x80\x02c__builtin__\neval\n.')).toMatch(/^evil\.pth: .*__builtin__\.eval/);
    expect(failure('\x80\x02cObject\nconstructor\n.')).toMatch(/^evil\.pth: .*Object\.constructor/);
    expect(failure("\x80\x02(S'true'\nios\nsystem\n.")).toMatch(/^evil\.pth: .*opcode 0x53/);
    expect(failure('\x80\x02}ctorch\nFloatStorage\n)R.')).toMatch(/^evil\.pth: .*calls torch\.FloatStorage/);
    expect(failure('\x80\x02')).toMatch(/^evil\.pth: .*truncated/);
  });

  it('reports files that are no checkpoints', () => {
    const failure = (bytes: Uint8Array) =>
      messageOf('InvalidWeights', () => decodeTorchCheckpoint(bytes, 'a.pth'));
    expect(failure(strToU8('text'))).toMatch(/^a\.pth: .*expected a zip/);
    expect(failure(zipSync({ 'a.txt': strToU8('text') }))).toMatch(/^a\.pth: .*data\.pkl/);
    expect(failure(checkpoint(oneTensor(0, [2, 1]), values).subarray(0, -30))).toMatch(
      /^a\.pth: .*truncated/,
    );
  });

  it('reports tensors of another network', () => {
    const bytes = checkpoint(oneTensor(0, [2, 1]), values);
    expect(messageOf('WeightsMismatch', () => decodeTorchCheckpoint(bytes, 'a.pth'))).toBe(
      "a.pth: not weights of MTPI-Net: weight 'fen_tar.head.0.weight' is missing",
    );
  });

  it.each(['FrGT', 'FrFT'] as const)('infers the sizes of a network with %s', (filter) => {
    const config = { architecture: 'reference' as const, baseChannels: 16, ddcrUnits: 2, filter };
    expect(inferNetworkConfig(readState(new MtpiNet(config).namedWeights()))).toEqual(config);
  });

  const present = existsSync(new URL(CHECKPOINT, FIXTURES));
  const why = present ? '' : ' (skipped: ../shared/fixtures is not here)';
  it.skipIf(!present)(`reproduces the published network's output${why}`, async () => {
    const { network, transform, tile } = decodeTorchCheckpoint(
      readFileSync(new URL(CHECKPOINT, FIXTURES)),
      CHECKPOINT,
    );
    expect({ transform, tile }).toEqual({ transform: { kind: 'raw' }, tile: 256 });
    const { tensors } = parseSafetensors(readFileSync(new URL('mtpi_epoch_001_io.safetensors', FIXTURES)));
    const image = (name: string) => {
      const { data, shape } = tensors.get(name)!;
      const nhwc = tf.transpose(tf.tensor(data, shape), [0, 2, 3, 1]);
      return { data: nhwc.dataSync() as Float32Array, shape: nhwc.shape };
    };
    const compiled = compile((target, previous, next) =>
      network.apply(target as tf.Tensor4D, previous as tf.Tensor4D, next as tf.Tensor4D),
    );
    const [{ data }] = await compiled.run(['tar', 'prev', 'next'].map((name) => image(`input.${name}`)));
    const reference = image('output').data;
    const difference = Math.hypot(...reference.map((value, i) => value - data[i]));
    expect(difference / Math.hypot(...reference)).toBeLessThan(1e-5);
    await compiled.dispose();
  });
});
