import { expect, test } from 'vitest';
import { isRemote } from '../src/bytes/is-url';
import { httpsOfS3 } from '../src/bytes/s3';

test('s3 addresses become https, of the region or the server that the environment names', () => {
  const cases: [string, Record<string, string>, string][] = [
    ['s3://bucket/a/b.tif', {}, 'https://bucket.s3.amazonaws.com/a/b.tif'],
    [
      's3://bucket/b.tif',
      { AWS_REGION: 'eu-central-1' },
      'https://bucket.s3.eu-central-1.amazonaws.com/b.tif',
    ],
    ['s3://my.bucket/b.tif', {}, 'https://s3.amazonaws.com/my.bucket/b.tif'],
    [
      's3://bucket/b c+d.tif',
      { AWS_ENDPOINT_URL: 'http://store:9000/' },
      'http://store:9000/bucket/b%20c%2Bd.tif',
    ],
    ['s3://b/c', { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_S3: 'http://s' }, 'http://s/b/c'],
  ];
  for (const [path, environment, url] of cases) expect(httpsOfS3(path, environment)).toBe(url);
});

test('other paths stay as they are', () => {
  for (const path of ['https://a.org/b.tif', 'folder/b.tif', '/s3:/b'])
    expect(httpsOfS3(path, {})).toBe(path);
});

test('an address of http or s3 is on a server', () => {
  for (const path of ['https://a.org/b', 'HTTP://a', 's3://a/b']) expect(isRemote(path)).toBe(true);
  for (const path of ['/http://a', 'gs://a/b', 'C:\\a', 's3']) expect(isRemote(path)).toBe(false);
});
