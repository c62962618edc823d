import { html } from '../../../http/html.ts'
import type { Page, Wording } from './page.ts'
import type { PageProblem } from './pending.ts'

/** Says in plain words what went wrong and what to do. Of the request nothing is repeated. */
export function errorPage(
  { texts }: Wording,
  { reason, startAgainAt }: PageProblem,
  failureId: string,
): Page {
  const { heading, advice } = texts.errors[reason]
  return {
    title: heading,
    body: html`<main class="card message">
<h1>${heading}</h1>
<p>${advice}${reason === 'internal' ? html` <code>${failureId}</code>` : undefined}</p>
${startAgainAt === undefined ? undefined : html`<p><a class="button" href="${startAgainAt}">${texts.startAgain}</a></p>`}
</main>`,
  }
}

/** The end, where no client asked to have the person back. */
export function signedOutPage({ texts: { signOut } }: Wording): Page {
  const { heading, advice } = signOut.done
  return {
    title: heading,
    body: html`<main class="card message">
<h1>${heading}</h1>
<p>${advice}</p>
</main>`,
  }
}
