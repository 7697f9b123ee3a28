import { SaxesParser } from 'saxes';
import { parseUtc, utcDay } from '../acquisition/utc';
import { SarIoError } from '../errors';

interface Node {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Node[];
  text: string[];
}

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
    const document = parseDocument(xml, (reason, cause) => {
      throw new SarIoError('CorruptFile', `${file}: expected well-formed XML, found: ${reason}`, {
        ...{ path: file, expected: 'well-formed XML', found: reason, cause },
      });
    });
    return new XmlElement(document, file, '').child(root);
  }

  /** Without its namespace. */
  get name(): string {
    return this.node.name;
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
      .reduce<XmlElement[]>((parents, name) => parents.flatMap((p) => p.children(name)), [this]);
  }

  /** The elements directly in this one that have one of these names, in the order of the document. */
  children(...names: string[]): XmlElement[] {
    return this.node.children
      .filter(({ name }) => names.includes(name))
      .map((node) => {
        const path = this.path === '' ? node.name : `${this.path}/${node.name}`;
        return new XmlElement(node, this.file, path);
      });
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
    return this.node.text.join('').trim();
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
    return Object.hasOwn(this.node.attributes, name) ? this.node.attributes[name] : undefined;
  }

  /** Throws a `CorruptFile` about this element. */
  fail(expected: string, found: string): never {
    const at = this.path === '' ? '' : ` (in ${this.path})`;
    throw new SarIoError('CorruptFile', `${this.file}: expected ${expected}${at}, found ${found}`);
  }
}

/** Deeper than any document; whoever follows a path goes as deep. */
const MOST_DEPTH = 256;

/** The document as an element around its root, without namespaces. */
function parseDocument(xml: string, fail: (reason: string, cause?: unknown) => never): Node {
  const element = (name: string, attributes: Node['attributes']): Node => ({
    ...{ name, attributes },
    ...{ children: [], text: [] },
  });
  const document = element('', {});
  const open = [document];
  const addText = (text: string) => {
    if (text.trim() !== '') open.at(-1)!.text.push(text);
  };
  const parser = new SaxesParser();
  parser.on('error', (error) => fail(error.message.split('\n')[0].slice(0, 200), error));
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > MOST_DEPTH) fail(`elements nested more than ${MOST_DEPTH} deep`);
    const node = element(name.slice(name.indexOf(':') + 1), attributes);
    open.at(-1)!.children.push(node);
    open.push(node);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(xml).close();
  return document;
}
