import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformerStyleToClass } from '@shikijs/transformers'
import { defineConfig, type MarkdownRenderer } from 'vitepress'
import { outFolder, pagesFolder, workFolder } from '../src/folders.ts'
import { correctSearchBox } from '../src/search-box.ts'
import { base } from '../src/stage-pages.ts'

const colours = transformerStyleToClass({ classPrefix: 'code-' })

type RenderRule = NonNullable<MarkdownRenderer['renderer']['rules']['text']>

/** What has become files instead of standing in the pages, by their names: the pages’ policy allows nothing else. */
const made = new Map<string, string>()

export default defineConfig({
  title: 'Tonegate',
  titleTemplate: ':title · Tonegate',
  description: 'Card payments on a live call, without anybody hearing or seeing the card.',
  lang: 'en-GB',
  base,
  srcDir: pagesFolder,
  outDir: outFolder,
  cacheDir: join(workFolder, 'cache'),
  cleanUrls: true,
  // Firefox asks for what is fetched ahead under a policy that allows it nothing.
  router: { prefetchLinks: false },
  // It would do so by an inline style.
  appearance: { disableTransition: false },
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}favicon.svg` }]],
  markdown: {
    theme: { light: 'github-light-default', dark: 'github-dark-default' },
    codeTransformers: [colours],
    headers: { level: [2, 3] },
    // A path that ends with a parameter would lose it, and a word between colons become a picture.
    attrs: false,
    emoji: false,
    config: asWritten,
  },
  vite: {
    plugins: [correctSearchBox()],
    build: { chunkSizeWarningLimit: 2000, license: { fileName: 'assets/libraries.md' } },
  },
  vue: { template: { transformAssetUrls: false } },
  themeConfig: {
    sidebar: JSON.parse(readFileSync(join(pagesFolder, 'sidebar.json'), 'utf8')),
    logo: { src: '/favicon.svg', alt: '' },
    outline: { level: [2, 3], label: 'On this page' },
    search: { provider: 'local', options: { detailedView: true } },
    docFooter: { prev: 'Previous', next: 'Next' },
    externalLinkIcon: true,
    notFound: {
      title: 'Page not found',
      quote: 'This page does not exist, or has another name now. The search may find it.',
      linkText: 'To the first page',
    },
  },
  transformPageData: ({ relativePath, frontmatter }) =>
    relativePath === 'index.md' ? { frontmatter: { ...frontmatter, outline: false } } : undefined,
  transformHtml: toFiles,
  buildEnd({ outDir }) {
    for (const [name, text] of made) writeFileSync(join(outDir, 'assets', name), text)
  },
})

/**
 * Double braces are for Vue, unless they are written as what they are; the head of a column without a name is no head; and a
 * column stands to a side by a class, since the pages’ policy allows no inline style.
 */
function asWritten({ core, renderer: { rules } }: MarkdownRenderer): void {
  for (const name of ['text', 'code_inline']) {
    const render = rules[name]
    if (render) rules[name] = (...given) => render(...given).replaceAll('{{', '&#123;&#123;')
  }
  const headOr =
    (cell: string, place: number): RenderRule =>
    (tokens, index, options, _env, self) =>
      tokens[index + place]?.content === '' ? cell : self.renderToken(tokens, index, options)
  rules.th_open = headOr('<td>', 1)
  rules.th_close = headOr('</td>', -1)
  const renderCode = rules.code_inline
  if (renderCode) rules.code_inline = (...given) => breakable(renderCode(...given), given[0][given[1]]?.meta)
  core.ruler.push('cells', ({ tokens }) => {
    for (const [place, token] of tokens.entries()) {
      const [, side] = /^text-align:(\w+)$/.exec(token.attrGet('style') ?? '') ?? []
      if (side !== undefined) token.attrs = [['class', `to-the-${side}`]]
      if (tokens[place - 1]?.type !== 'td_open') continue
      for (const child of token.children ?? []) child.meta = 'in a cell'
    }
  })
}

/** A long name in a cell is broken between its words, where it has to be broken. */
const breakable = (html: string, place: unknown): string =>
  place === 'in a cell' ? html.replaceAll(/_(?=\w)|[a-z](?=[A-Z])|\/(?=[{\w])(?!code>)/g, '$&<wbr>') : html

/** Scripts and the colours of code become files; other inline styles are set by the script of the page. */
function toFiles(html: string): string {
  return html
    .replaceAll(
      /<script id="[^"]+">([\s\S]*?)<\/script>/g,
      (_, text: string) => `<script src="${addressOf('head', 'js', text)}"></script>`,
    )
    .replace('</head>', `<link rel="stylesheet" href="${addressOf('code', 'css', codeColours())}">\n</head>`)
    .replaceAll(/(<[^>]+?) style="[^"]*"/g, '$1')
    .replace('<div id="app"></div>', `$&${notFound}`)
}

/** The page of an address that does not exist is made by the script; without one there is this. */
const notFound = `<noscript><main class="vp-doc no-script"><h1>Page not found</h1><p><a href="${base}">To the first page</a></p></main></noscript>`

/** Comments are a little darker than the theme has them, to be read on our ground. */
const codeColours = () => colours.getCSS().replaceAll(/#6e7781/gi, '#59636e')

function addressOf(name: string, ending: string, text: string): string {
  const file = `${name}.${createHash('sha256').update(text).digest('hex').slice(0, 8)}.${ending}`
  made.set(file, text)
  return `${base}assets/${file}`
}
