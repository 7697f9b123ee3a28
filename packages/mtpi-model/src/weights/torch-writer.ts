import { strToU8, zipSync } from 'fflate';
import { ModelError } from '../errors';
import type { MtpiNet } from '../network/network';
import type { NamedTensor } from './safetensors';
import { isDropoutState, readState } from './state';

/** Settings that the published code has no other values of. */
const PUBLISHED = {
  architecture: 'reference',
  attention: 'published',
  resolution: 'full',
  output: 'residual',
} as const;

/**
 * The weights of a network as torch.save writes them: a dict whose `model` is a state dict under the names of the
 * published code, which loads it with `strict=True`.
 *
 * @throws ModelError `InvalidArgument` for a network that the published code does not have.
 */
export function encodeTorchCheckpoint(network: MtpiNet): Uint8Array {
  for (const [setting, expected] of Object.entries(PUBLISHED)) {
    const found = network.config[setting as keyof typeof PUBLISHED];
    if (found !== expected) {
      throw new ModelError('InvalidArgument', {
        expected: `weights of the published network, with ${setting} '${expected}'`,
        found: `'${found}'`,
        hint: 'the published PyTorch code has no such network; write .safetensors or .onnx',
      });
    }
  }
  const tensors = [...readState(network.namedWeights())].filter(([name]) => !isDropoutState(name));
  const files: Record<string, Uint8Array> = {
    'model/data.pkl': Uint8Array.from(pickleOf(tensors), (character) => character.charCodeAt(0)),
    'model/byteorder': strToU8('little'),
    'model/version': strToU8('3\n'),
  };
  for (const [key, [, { data }]] of tensors.entries())
    files[`model/data/${key}`] = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return zipSync(files, { level: 0 });
}

/** Pickle of { model: { name: tensor } }, protocol 2, as Latin-1; the tensors' storages are numbered. */
function pickleOf(tensors: readonly (readonly [string, NamedTensor])[]): string {
  const state = tensors.map(([name, tensor], key) => string(name) + tensorOf(tensor, `${key}`)).join('');
  return `\x80\x02}(${string('model')}}(${state}uu.`;
}

function tensorOf({ shape, data }: NamedTensor, key: string): string {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const storage = `(${string('storage')}ctorch\nFloatStorage\n${string(key)}${string('cpu')}${integer(data.length)}tQ`;
  const noHooks = 'ccollections\nOrderedDict\n)R';
  const requiresGradient = '\x89';
  const content = [storage, integer(0), tuple(shape), tuple(strides), requiresGradient, noHooks].join('');
  return `ctorch._utils\n_rebuild_tensor_v2\n(${content}tR`;
}

const tuple = (values: readonly number[]): string => `(${values.map(integer).join('')}t`;
const integer = (value: number): string => `J${littleEndian(value)}`;
/** Of ASCII, as names of weights are. */
const string = (text: string): string => `X${littleEndian(text.length)}${text}`;
const littleEndian = (value: number): string =>
  String.fromCharCode(...new Uint8Array(Uint32Array.of(value).buffer));
