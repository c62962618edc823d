import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Region } from '../../base/region.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { html, htmlDocument } from '../../http/html.ts'
import type { Http } from '../../http/http.ts'
import { contentSecurityPolicy, pageHeaders } from '../../http/page-headers.ts'
import type { BuiltSite, SiteState } from './built-site.ts'

const prefix = '/docs'

/** Names of files that change with what is in them. */
const hashed = /^assets\/.*\.[\w-]{8}\.(?:lean\.)?\w+$/

/**
 * `GET /docs/`: the documentation, from files that were built before. Its pages load nothing from elsewhere, and their
 * “try it” sends requests to this sandbox alone.
 */
export function docsPages({
  site,
  assets,
  region,
}: {
  readonly site: BuiltSite
  readonly assets: BrowserAssets
  readonly region: Region
}): (app: Http) => void {
  const headers = {
    ...pageHeaders(region.paymentOrigin),
    'cache-control': 'no-cache',
    'content-security-policy': contentSecurityPolicy({
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'connect-src': "'self'",
    }),
  }
  return (app) => {
    app.register(async (scope: FastifyInstance) => siteFiles(scope), { prefix })
  }

  async function siteFiles(scope: FastifyInstance): Promise<void> {
    await scope.register(fastifyStatic, { root: site.directory, serve: false, suppressWarning: true })
    scope.get('/', async (request, reply) => {
      const isFolder = request.url.split('?')[0] === `${prefix}/`
      return isFolder ? send(reply, 'index.html') : reply.redirect(`${prefix}/`)
    })
    scope.get<{ Params: { '*': string } }>('/*', async ({ params }, reply) => send(reply, params['*']))
    scope.setNotFoundHandler(async (_request, reply) => {
      const page = await readFile(join(site.directory, '404.html'), 'utf8').catch(() => 'Not found')
      return reply.code(404).headers(headers).type('text/html; charset=utf-8').send(page)
    })
  }

  function send(reply: FastifyReply, path: string): FastifyReply {
    reply.headers(headers)
    const state = site.state()
    if (state !== 'ready') return reply.code(503).headers(waiting(state)).send(waitingPage(state, assets))
    if (hashed.test(path)) return reply.sendFile(path, { immutable: true, maxAge: '365d' })
    return reply.sendFile(path, { cacheControl: false, extensions: ['html'], index: ['index.html'] })
  }
}

type Waiting = Exclude<SiteState, 'ready'>

const waiting = (state: Waiting) => ({
  'content-type': 'text/html; charset=utf-8',
  ...(state === 'building' && { 'retry-after': '2', refresh: '2' }),
})

const texts: Readonly<Record<Waiting, { readonly title: string; readonly text: string }>> = {
  building: {
    title: 'The documentation is being built',
    text: 'This happens once in a clone, and again when a page has changed. It takes about ten seconds; this page then opens by itself.',
  },
  failed: {
    title: 'The documentation could not be built',
    text: 'Run npm run docs:build to see why. The same pages are in the folder docs of the repository.',
  },
  absent: {
    title: 'The documentation has not been built',
    text: 'Run npm run docs:build in a clone of the repository. The same pages are in its folder docs.',
  },
}

function waitingPage(state: Waiting, assets: BrowserAssets): string {
  const { title, text } = texts[state]
  return htmlDocument({
    title,
    stylesheets: [assets.pages.stylesheet],
    layout: 'sheet',
    body: html`<main class="card message"><h1>${title}</h1><p>${text}</p></main>`,
  })
}
