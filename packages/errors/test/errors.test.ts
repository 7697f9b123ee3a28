import { expect, it } from 'vitest';
import { isMtpiError, MtpiError } from '../src/index';

class TestError extends MtpiError<'CorruptFile'> {
  override readonly name = 'TestError';
}

it('makes the message of the fields', () => {
  const cause = new Error('EOF');
  const error = new TestError('CorruptFile', {
    path: 'a.tif',
    expected: '8 bytes',
    found: '3',
    hint: 'download it again',
    cause,
  });
  expect(error.message).toBe('a.tif: expected 8 bytes, found 3');
  expect(error).toMatchObject({
    path: 'a.tif',
    expected: '8 bytes',
    found: '3',
    hint: 'download it again',
    cause,
  });
});

it.each([
  [{ found: 'nothing' }, 'found nothing'],
  [{ path: 'a.tif', found: 'nothing' }, 'a.tif: found nothing'],
  [{ expected: 'two bands' }, 'expected two bands'],
])('leaves out what is not known: %j', (details, message) => {
  expect(new TestError('CorruptFile', details).message).toBe(message);
});

it('takes a message of its own, with the fields beside it', () => {
  const error = new TestError('CorruptFile', 'a.tif is cut off', { path: 'a.tif' });
  expect(error).toMatchObject({
    name: 'TestError',
    code: 'CorruptFile',
    message: 'a.tif is cut off',
    path: 'a.tif',
  });
  expect('cause' in error).toBe(false);
});

it('is recognized, other errors are not', () => {
  expect(isMtpiError(new TestError('CorruptFile', 'x'))).toBe(true);
  expect(isMtpiError(new Error('x'))).toBe(false);
  expect(isMtpiError(undefined)).toBe(false);
});
