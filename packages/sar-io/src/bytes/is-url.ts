/** Whether this is an address of the web. */
export const isUrl = (path: string): boolean => /^https?:\/\//i.test(path);

/** Whether this is read from a server rather than from disk: `https://…` or a public `s3://bucket/key`. */
export const isRemote = (path: string): boolean => /^(?:https?|s3):\/\//i.test(path);

/** Whether this begins with a scheme such as `s3://`, of two letters or more: a single one is a drive of Windows. */
export const hasScheme = (path: string): boolean => /^[a-z][a-z\d+.-]+:\/\//i.test(path);
