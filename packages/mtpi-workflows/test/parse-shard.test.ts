import { expect, test } from 'vitest';
import { parseShard } from '../src/despeckle/shard';

const slurm = (id: number, count: number, min: number, max: number, step = 1) => ({
  SLURM_ARRAY_TASK_ID: `${id}`,
  SLURM_ARRAY_TASK_COUNT: `${count}`,
  SLURM_ARRAY_TASK_MIN: `${min}`,
  SLURM_ARRAY_TASK_MAX: `${max}`,
  SLURM_ARRAY_TASK_STEP: `${step}`,
});

test('a flag says which shard, whatever the scheduler says', () => {
  expect(parseShard('3/10', slurm(7, 8, 0, 7))).toEqual({ index: 3, count: 10 });
});

test('schedulers say which shard it is', () => {
  expect(parseShard('auto', slurm(7, 8, 0, 7))).toEqual({ index: 7, count: 8 });
  expect(parseShard('auto', slurm(9, 4, 5, 11, 2))).toEqual({ index: 2, count: 4 });
  expect(parseShard('auto', { AWS_BATCH_JOB_ARRAY_INDEX: '4', AWS_BATCH_JOB_ARRAY_SIZE: '6' })).toEqual({
    index: 4,
    count: 6,
  });
  expect(parseShard('auto', { JOB_COMPLETION_INDEX: '0', JOB_COMPLETIONS: '2' })).toEqual({
    index: 0,
    count: 2,
  });
});

test('of an array of a few tasks to be done again, the number of shards is said', () => {
  expect(() => parseShard('auto', slurm(7, 2, 3, 7))).toThrow(/gaps/);
  expect(parseShard('auto/10', slurm(7, 2, 3, 7))).toEqual({ index: 7, count: 10 });
  expect(parseShard('auto/3', { JOB_COMPLETION_INDEX: '2' })).toEqual({ index: 2, count: 3 });
});

test('what can not be is refused', () => {
  for (const text of ['1', '-1/3', 'x/3', '1/2/3', ''])
    expect(() => parseShard(text, slurm(0, 1, 0, 0)), text).toThrow(/Expected a shard such as/);
  for (const text of ['10/10', '0/0', 'auto/0'])
    expect(() => parseShard(text, slurm(0, 1, 0, 0)), text).toThrow(/expected a shard from 0\/n to n−1\/n/);
  expect(() => parseShard('auto', {})).toThrow(/No task index of a scheduler/);
  expect(() => parseShard('auto/3', {})).toThrow(/No task index of a scheduler/);
  expect(() => parseShard('auto', { JOB_COMPLETION_INDEX: '1' })).toThrow(/set JOB_COMPLETIONS/);
});
