import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandLine, isMtpiError, MtpiError, redactUrls } from '../src/index';

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
  [{ subject: 'open', expected: 'a path' }, 'open: expected a path'],
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

it('takes a path that is none as a text', () => {
  expect(new TestError('CorruptFile', { path: 5 as never, expected: 'a file' })).toMatchObject({
    ...{ message: '5: expected a file', path: '5' },
  });
});

it('is recognized, other errors are not', () => {
  expect(isMtpiError(new TestError('CorruptFile', 'x'))).toBe(true);
  expect(isMtpiError(new Error('x'))).toBe(false);
  expect(isMtpiError(undefined)).toBe(false);
});

it.each([
  [
    'read https://user:p@ss@h.org/a.tif?X-Amz-Signature=b#c, found none',
    'read https://h.org/a.tif?…, found none',
  ],
  ['ftp://user:pass@h/a.tif: expected a file', 'ftp://h/a.tif: expected a file'],
  ['(s3://bucket/a.tif?sig=b.c)', '(s3://bucket/a.tif?…)'],
  ['two: http://a/b?c http://d@e/f', 'two: http://a/b?… http://e/f'],
  ['https://h.org/a.tif?…: HTTP 404', 'https://h.org/a.tif?…: HTTP 404'],
  ['a.tif? b@c: no address', 'a.tif? b@c: no address'],
])('addresses in %j are shown without credentials', (text, shown) => {
  expect(redactUrls(text)).toBe(shown);
  const error = new TestError('CorruptFile', { path: text, found: text });
  expect([error.path, error.found]).toEqual([shown, shown]);
  expect(new TestError('CorruptFile', text).message).toBe(shown);
});

it.skipIf(process.platform === 'win32')(
  'a shell takes a command line for the words that it was made of',
  () => {
    const word = fc.string({ unit: fc.constantFrom(...'ab 0\'"`$\\*?#&;|<>()!~\n-=é') });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${commandLine(words)}`], {
          encoding: 'utf8',
        });
        expect(printed.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  },
);
