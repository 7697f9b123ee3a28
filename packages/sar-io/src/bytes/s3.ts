/**
 * The https address of `s3://bucket/key`, for objects that anyone may read: that of Amazon S3, in the region of
 * AWS_REGION where it is set, or of the server AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL. Other paths stay as they are.
 */
export function httpsOfS3(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const match = /^s3:\/\/([^/]+)\/(.+)$/i.exec(path);
  if (!match) return path;
  const [, bucket, key] = match;
  const object = key.split('/').map(encodeURIComponent).join('/');
  const endpoint = environment.AWS_ENDPOINT_URL_S3 || environment.AWS_ENDPOINT_URL;
  if (endpoint) return `${endpoint.replace(/\/+$/, '')}/${bucket}/${object}`;
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  const host = region ? `s3.${region}.amazonaws.com` : 's3.amazonaws.com';
  // A dot in a bucket's name would not match the certificate.
  return bucket.includes('.') ? `https://${host}/${bucket}/${object}` : `https://${bucket}.${host}/${object}`;
}
