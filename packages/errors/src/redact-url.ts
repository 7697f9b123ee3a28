/**
 * A URL that may be shown or stored: without user, password, fragment and query, which carry credentials and
 * signatures (`X-Amz-Signature`, `sig`, tokens). `?…` marks a query that was left out. Other texts stay as they are.
 */
export function redactUrl(url: string): string {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:\/\/)([\s\S]*)$/i.exec(url) ?? [];
  if (scheme === undefined) return url;
  const end = rest.search(/[/?#]/);
  const [authority, path] = end < 0 ? [rest, ''] : [rest.slice(0, end), rest.slice(end)];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const [, bare, query] = /^([^?#]*)(\?)?/.exec(path)!;
  return `${scheme}${host}${bare}${query ? '?…' : ''}`;
}

/** A text in which all URLs are redacted; anything else, such as a path that is none, as a text. */
export const redactUrls = (text: string): string =>
  String(text).replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*?(?=[:;,.!'")\]}]*(?:\s|$))/gi, redactUrl);
