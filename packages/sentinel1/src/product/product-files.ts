import type { Polarization } from '@mtpi/sar-io';
import { SarIoError } from '@mtpi/sar-io';
import type { SafeFiles } from './safe-files';

const KINDS = ['annotation', 'calibration', 'noise', 'measurement'] as const;

export type FileKind = (typeof KINDS)[number];

const keyOf = (kind: string, swath: string, polarization: string) =>
  `${kind} ${swath} ${polarization}`.toLowerCase();

/**
 * A file of one swath and polarization, such as `annotation/calibration/noise-s1a-iw1-slc-vv-….xml`. The swath of GRD
 * products of IW and EW has no number; measurements of COG products end in `-cog.tiff`.
 */
const FILE =
  /^(?:(annotation)\/|annotation\/calibration\/(calibration|noise)-|(measurement)\/)s1[a-d]-([ie]w\d?|s\d)-(?:slc|grd)-(vv|vh|hh|hv)-.*\.(?:xml|tiff?)$/i;

/** The files of a product by kind, swath and polarization. They are read on demand, and once. */
export class ProductFiles {
  private readonly names = new Map<string, string>();
  private readonly opened = new Map<string, Promise<unknown>>();

  /**
   * File names are taken from the listing: programs that cut products leave the manifest unchanged.
   *
   * @throws SarIoError `CorruptFile` for two files of one kind, swath and polarization.
   */
  constructor(private readonly files: SafeFiles) {
    for (const name of files.names) {
      const match = FILE.exec(name);
      if (!match) continue;
      const [kind, swath, polarization] = [match[1] ?? match[2] ?? match[3], match[4], match[5]];
      const key = keyOf(kind, swath, polarization);
      const other = this.names.get(key);
      if (other) {
        throw new SarIoError('CorruptFile', {
          path: this.path,
          expected: `one ${kind} of ${swath.toUpperCase()} ${polarization.toUpperCase()}`,
          found: [other, name].sort().join(' and '),
          hint: 'remove the one that does not belong to the product, or download it again',
        });
      }
      this.names.set(key, name);
    }
  }

  get path(): string {
    return this.files.path;
  }

  get name(): string {
    return this.files.product;
  }

  /** Swaths with an annotation, such as `IW1`; `IW` for a GRD product. */
  get swaths(): string[] {
    const annotations = [...this.names.keys()].filter((key) => key.startsWith('annotation '));
    return [...new Set(annotations.map((key) => key.split(' ')[1].toUpperCase()))].sort();
  }

  /** What is missing or empty of these swaths and polarizations, such as `measurement of IW1 VV`. */
  missing(swaths: readonly string[], polarizations: readonly Polarization[]): string[] {
    return swaths.flatMap((swath) =>
      polarizations.flatMap((polarization) =>
        KINDS.filter((kind) => !this.names.has(keyOf(kind, swath, polarization))).map(
          (kind) => `${kind} of ${swath} ${polarization}`,
        ),
      ),
    );
  }

  /**
   * Parses an XML file.
   *
   * @throws SarIoError `NotFound` where there is none; else as `parse`.
   */
  parse<T>(
    kind: FileKind,
    swath: string,
    polarization: Polarization,
    parse: (xml: string, path: string) => T | Promise<T>,
  ): Promise<T> {
    return this.once(kind, swath, polarization, async (name) =>
      parse(await this.files.text(name), `${this.path}/${name}`),
    );
  }

  /** Opens a measurement; closed with the product. */
  measurement<T extends { close(): Promise<void> }>(
    swath: string,
    polarization: Polarization,
    open: (file: Awaited<ReturnType<SafeFiles['openFile']>>) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.once('measurement', swath, polarization, async (name) => {
      const file = await this.files.openFile(name, signal);
      return open(file).catch(async (error) => {
        await file.close();
        throw error;
      });
    });
  }

  async close(): Promise<void> {
    for (const [key, opening] of this.opened) {
      if (!key.startsWith('measurement ')) continue;
      const measurement = await (opening as Promise<{ close(): Promise<void> }>).catch(() => undefined);
      await measurement?.close();
    }
    this.opened.clear();
    await this.files.close();
  }

  /** Failures are not cached: a read that was aborted can be repeated. */
  private once<T>(
    kind: FileKind,
    swath: string,
    polarization: Polarization,
    open: (name: string) => Promise<T>,
  ): Promise<T> {
    const key = keyOf(kind, swath, polarization);
    const running = this.opened.get(key) as Promise<T> | undefined;
    if (running) return running;
    const name = this.names.get(key);
    if (!name) {
      const expected = `the ${kind} of ${swath} ${polarization}`;
      return Promise.reject(
        new SarIoError('NotFound', {
          path: this.path,
          expected,
          found: 'none or an empty file',
          hint: 'the product is incomplete: download it again',
        }),
      );
    }
    const opening = open(name);
    this.opened.set(key, opening);
    opening.catch(() => this.opened.delete(key));
    return opening;
  }
}
