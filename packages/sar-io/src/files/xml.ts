import { XMLParser } from 'fast-xml-parser';
import { SarIoError } from '../errors';
import { parseUtc, utcDay } from '../utc';

const ATTRIBUTE = '@';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
});

type Node = string | { [name: string]: Node | Node[] };

/**
 * An element of an XML file. Paths such as `swathTiming/linesPerBurst` count from it; namespaces are left out. What is
 * missing or malformed is a `CorruptFile` that names the file and the path.
 */
export class XmlElement {
  private constructor(
    private readonly node: Node,
    private readonly file: string,
    private readonly path: string,
  ) {}

  /** @throws SarIoError `CorruptFile` unless this is well-formed XML with the given root. */
  static parse(xml: string, file: string, root: string): XmlElement {
    let document: Node;
    try {
      document = parser.parse(xml, true);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SarIoError('CorruptFile', `${file}: expected well-formed XML, found: ${reason}`, { cause });
    }
    return new XmlElement(document, file, '').child(root);
  }

  /** The first element at a path, if there is one. */
  find(path: string): XmlElement | undefined {
    return this.all(path)[0];
  }

  /** The first element at a path. */
  child(path: string): XmlElement {
    return this.find(path) ?? this.fail(`an element ${path}`, 'none');
  }

  /** All elements at a path, in order. */
  all(path: string): XmlElement[] {
    return path
      .split('/')
      .reduce<XmlElement[]>((parents, name) => parents.flatMap((p) => p.named(name)), [this]);
  }

  /** The elements of a list, as many as its `count` says. */
  list(path: string): XmlElement[] {
    const cut = path.lastIndexOf('/');
    const count = this.child(path.slice(0, cut)).attribute('count');
    const items = this.all(path);
    if (count !== undefined && Number(count) !== items.length) {
      this.fail(`${count} elements ${path}, as its count says`, `${items.length}`);
    }
    return items;
  }

  /** The text in this element, or in the first one at a path. */
  text(path?: string): string {
    if (path !== undefined) return this.child(path).text();
    const text = typeof this.node === 'string' ? this.node : this.node['#text'];
    return typeof text === 'string' ? text.trim() : '';
  }

  number(path: string): number {
    const text = this.text(path);
    const value = Number(text);
    return text !== '' && Number.isFinite(value) ? value : this.fail(`a number in ${path}`, `'${text}'`);
  }

  /** Numbers separated by spaces or tabs, as many as the element's `count` says. */
  numbers(path: string): Float64Array {
    const element = this.child(path);
    const text = element.text();
    const values = Float64Array.from(text === '' ? [] : text.split(/\s+/), Number);
    const count = element.attribute('count') ?? values.length;
    if (values.length !== Number(count) || !values.every(Number.isFinite)) {
      this.fail(`${count} numbers in ${path}`, `${values.filter(Number.isFinite).length}`);
    }
    return values;
  }

  /** Seconds since 00:00 UTC of the epoch. */
  time(path: string, epoch: string): number {
    this.day(path);
    return parseUtc(this.text(path), epoch);
  }

  /** The day of a time, `YYYY-MM-DD`. */
  day(path: string): string {
    const text = this.text(path);
    try {
      return utcDay(text);
    } catch {
      return this.fail(`a UTC time in ${path}`, `'${text}'`);
    }
  }

  /** The text as one of a few words, whatever its case in the file. */
  choice<T extends string>(words: readonly T[]): T {
    const text = this.text();
    const word = words.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
    return word ?? this.fail(`one of ${words.join(', ')}`, `'${text}'`);
  }

  attribute(name: string): string | undefined {
    const value = typeof this.node === 'string' ? undefined : this.node[ATTRIBUTE + name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Throws a `CorruptFile` about this element. */
  fail(expected: string, found: string): never {
    const at = this.path === '' ? '' : ` (in ${this.path})`;
    throw new SarIoError('CorruptFile', `${this.file}: expected ${expected}${at}, found ${found}`);
  }

  private named(name: string): XmlElement[] {
    const found = typeof this.node === 'string' ? undefined : this.node[name];
    if (found === undefined) return [];
    const path = this.path === '' ? name : `${this.path}/${name}`;
    return (Array.isArray(found) ? found : [found]).map((node) => new XmlElement(node, this.file, path));
  }
}
