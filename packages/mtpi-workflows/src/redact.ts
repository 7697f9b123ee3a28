/** Text without the user and the query of the address in it, which may hold credentials. */
export const redact = (text: string): string =>
  text.replace(/(\w+:\/\/)(?:[^/?#]*@)?([^?#]*)(?:[?#].*)?$/, '$1$2');
