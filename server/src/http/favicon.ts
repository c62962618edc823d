import type { Http } from './http.ts'

/** Where the pages' icon is. */
export const faviconPath = '/favicon.svg'

/** A gate with a tone behind it. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0a655a"/><path d="M8 25V14a8 8 0 0 1 16 0v11" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/><circle cx="16" cy="19" r="3" fill="#63cdbd"/></svg>`

/** `GET /favicon.svg`, and `/favicon.ico`, which browsers ask for beside what is no page of ours. */
export function registerFavicon(app: Http): void {
  for (const path of [faviconPath, '/favicon.ico']) {
    app.get(path, async (_request, reply) =>
      reply
        .type('image/svg+xml')
        .header('cache-control', 'public, max-age=86400')
        .header('x-content-type-options', 'nosniff')
        .send(icon),
    )
  }
}
