import { expect, it } from 'vitest';
import { runMtpi } from './support';

it('has the commands that users may rely on', async () => {
  const { stdout } = await runMtpi('.', ['--help']);
  const commands = stdout.matchAll(/^ {2}(\w+)/gm);
  expect([...commands].map(([, name]) => name).sort()).toEqual([
    'clean',
    'completion',
    'convert',
    'dataset',
    'demo',
    'despeckle',
    'doctor',
    'evaluate',
    'help',
    'info',
    'merge',
    'prepare',
    'train',
    'view',
  ]);
});
