/** Whether this is fetched from a server rather than read from disk. */
export const isUrl = (path: string): boolean => /^https?:\/\//i.test(path);

/** Whether this begins with a scheme such as `s3://`, of two letters or more: a single one is a drive of Windows. */
export const hasScheme = (path: string): boolean => /^[a-z][a-z\d+.-]+:\/\//i.test(path);
