import type { ViewPageData } from '@tonegate/protocol/view-page-data'
import { render } from 'preact'
import { timelyFetch } from '../timely-fetch.ts'
import { AgentView } from './agent-view.tsx'
import { keptRefreshToken, newToken } from './kept-refresh-token.ts'
import { type OpeningForm, reopenView } from './reopen.ts'
import { loadTexts } from './texts/load-texts.ts'
import './agent-view.css'

const data = document.getElementById('view-data')
const view = document.getElementById('view')
if (data && view) await show(JSON.parse(data.textContent) as ViewPageData, view)

const refused = document.getElementById('refused')
if (refused) await reopen(refused)

async function show(data: ViewPageData, view: HTMLElement): Promise<void> {
  dropTicket()
  render(<AgentView data={data} texts={await loadTexts(data.language)} />, view)
}

/** The ticket in the page's address has opened this page and opens nothing more. */
function dropTicket(): void {
  const address = new URL(location.href)
  address.searchParams.delete('opening')
  history.replaceState(history.state, '', address)
}

async function reopen(page: HTMLElement): Promise<void> {
  const { path = '', host = '', openingAgain = '' } = page.dataset
  const said = [...page.childNodes]
  const submitted = await reopenView({
    path,
    host,
    kept: keptRefreshToken({
      session: path.split('/').at(-1) ?? '',
      storage: () => sessionStorage,
      entry: history,
      newToken,
    }),
    fetch: timelyFetch,
    submit,
    begun: () => page.replaceChildren(paragraph(openingAgain)),
  }).catch(() => false)
  if (!submitted) page.replaceChildren(...said)
}

function submit(fields: OpeningForm): void {
  const form = document.createElement('form')
  form.method = 'post'
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  form.submit()
}

function paragraph(text: string): HTMLParagraphElement {
  const element = document.createElement('p')
  element.textContent = text
  return element
}
