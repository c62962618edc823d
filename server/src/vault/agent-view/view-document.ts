import type { Language } from '@tonegate/protocol/languages'
import type { ViewPageData } from '@tonegate/protocol/view-page-data'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { html, htmlDocument, jsonScript } from '../../http/html.ts'
import { errorPageTexts, viewPageTexts } from './view-page-texts.ts'

/** `panel` fills the frame that it stands in, `sheet` is a page of its own. */
export type ViewLayout = 'panel' | 'sheet'

/** The agent view; its script draws it from the data. */
export function viewDocument({
  data,
  layout,
  assets,
}: {
  readonly data: ViewPageData
  readonly layout: ViewLayout
  readonly assets: BrowserAssets
}): string {
  const { title, noScript } = viewPageTexts[data.language]
  return htmlDocument({
    language: data.language,
    title,
    stylesheets: [assets.pages.stylesheet, ...assets.agentView.stylesheets],
    script: assets.agentView.script,
    layout,
    body: html`<main id="view" class="view"></main>
<noscript><p class="notice">${noScript}</p></noscript>
${jsonScript('view-data', data)}`,
  })
}

/**
 * Says that the tokens of a live session were refused. The script opens the view by what this window has kept, if
 * it has; the text is what stays when it cannot.
 *
 * @param origin of the page that the refused form came from.
 */
export function viewRefusedDocument({
  path,
  origin,
  language,
  layout,
  assets,
}: {
  readonly path: string
  readonly origin: string
  readonly language: Language
  readonly layout: ViewLayout
  readonly assets: BrowserAssets
}): string {
  const { heading, advice } = errorPageTexts[language]['tokens-refused']
  return htmlDocument({
    language,
    title: heading,
    stylesheets: [assets.pages.stylesheet, ...assets.agentView.stylesheets],
    script: assets.agentView.script,
    layout,
    body: html`<main id="refused" class="view message" data-path="${path}" data-host="${origin}"
data-opening-again="${viewPageTexts[language].openingAgain}">
<h1>${heading}</h1>
<p>${advice}</p>
</main>`,
  })
}

/** Says that whoever opened the view has lost their access. */
export function viewClosedDocument({
  language,
  layout,
  assets,
}: {
  readonly language: Language
  readonly layout: ViewLayout
  readonly assets: BrowserAssets
}): string {
  const { heading, advice } = errorPageTexts[language]['view-closed']
  return htmlDocument({
    language,
    title: heading,
    stylesheets: [assets.pages.stylesheet, ...assets.agentView.stylesheets],
    layout,
    body: html`<main class="view message">
<h1>${heading}</h1>
<p>${advice}</p>
</main>`,
  })
}
