import { redactUrl } from '@mtpi/sar-io';

/** Text without the credentials of an address in it. */
export const redact = (text: string): string => text.replace(/https?:\/\/\S*/gi, redactUrl);
