import type { Language } from '@tonegate/protocol/languages'
import { faviconPath } from './favicon.ts'

/** Markup that is safe to send: made by {@link html} or {@link jsonScript}, from nothing else. */
export interface Html {
  readonly markup: string
}

type Part = Html | readonly Html[] | string | number | undefined

/**
 * A template of HTML. What is put into it is escaped, so that it is text in an element or in a quoted
 * attribute; other templates are put in as they are, `undefined` as nothing.
 */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = template.map((text, index) => text + markupOf(parts[index])).join('')
  return { markup }
}

function markupOf(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  if ('markup' in part) return part.markup
  return part.map(({ markup }) => markup).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** A value for the page's script to read; a data block, which a browser does not run. */
export function jsonScript(id: string, value: object): Html {
  const json: Html = { markup: JSON.stringify(value).replaceAll('<', '\\u003c') }
  return html`<script type="application/json" id="${id}">${json}</script>`
}

/** A whole document. It loads nothing but what it names, from its own origin. */
export function htmlDocument({
  language = 'en',
  title,
  stylesheets,
  script,
  head,
  layout,
  body,
}: {
  /** Of its texts; English unless it says otherwise. */
  readonly language?: Language
  readonly title: string
  readonly stylesheets: readonly string[]
  readonly script?: string
  /** More for the document's head. */
  readonly head?: Html
  /**
   * `panel`: fills the frame it stands in. `sheet`: a page of its own. `wide`: one with tables. `whole`: one that
   * uses all of the window.
   */
  readonly layout: 'panel' | 'sheet' | 'wide' | 'whole'
  readonly body: Html
}): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" type="image/svg+xml" href="${faviconPath}">
<title>${title}</title>
${stylesheets.map((href) => html`<link rel="stylesheet" href="${href}">`)}
${script === undefined ? undefined : html`<script type="module" src="${script}"></script>`}
${head}
</head>
<body class="${layout}">
${body}
</body>
</html>
`.markup
}
