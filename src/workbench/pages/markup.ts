/** Small pieces of HTML and SVG that pages and pictures are made of. */

/** A text as it stands in HTML, in SVG, or in an attribute between double quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export interface Page {
  readonly title: string;
  readonly style: string;
  readonly body: string;
  /** A program of the page's own; pages can be read without it. */
  readonly script?: string;
}

/** A whole page that needs nothing from elsewhere. */
export function pageText({ title, style, body, script }: Page): string {
  const program = script === undefined ? '' : `<script>${script}</script>`;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title><style>${style}</style></head><body>`,
    `${body}${program}</body></html>\n`,
  ].join('\n');
}
