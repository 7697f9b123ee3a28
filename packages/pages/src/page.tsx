import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { SLIDER_SCRIPT, SLIDER_STYLE } from './slider';
import { PAGE_STYLE } from './style';

/** A part of a page under a heading. */
export interface PageSection {
  /** Fragment of its address, such as `tables`. */
  id: string;
  title: string;
  body: ComponentChildren;
}

export interface PageContents {
  title: string;
  /** The program that writes the page, for its metadata. */
  generator: string;
  /** Shown under the title. */
  lead: ComponentChildren;
  /** CSS of parts that this page alone has. */
  style?: string;
  sections: readonly PageSection[];
}

/** A whole HTML page that needs no other file and no network. All text is escaped. */
export function renderPage({ title, generator, lead, style = '', sections }: PageContents): string {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content={generator} />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: PAGE_STYLE + SLIDER_STYLE + style }} />
      </head>
      <body>
        <header>
          <h1>{title}</h1>
          <p>{lead}</p>
          <nav>
            {sections.map(({ id, title }) => (
              <a href={`#${id}`}>{title}</a>
            ))}
          </nav>
        </header>
        <main>
          {sections.map(({ id, title, body }) => (
            <section id={id}>
              <h2>{title}</h2>
              {body}
            </section>
          ))}
        </main>
        <script dangerouslySetInnerHTML={{ __html: SLIDER_SCRIPT }} />
      </body>
    </html>
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}
