/** Whether this is fetched from a server rather than read from disk. */
export const isUrl = (path: string): boolean => /^https?:\/\//i.test(path);
