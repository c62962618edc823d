import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { pagesFolder } from '../base/files/own-files.ts'
import { registerFavicon } from './favicon.ts'
import type { Http } from './http.ts'
import { NotBuilt } from './not-built.ts'
import { contentSecurityPolicy } from './page-headers.ts'

/** The built browser files that the pages load, by their paths. */
export interface BrowserAssets {
  /** The folder of the build. */
  readonly directory: string
  readonly agentView: PageAssets
  /** The stylesheet that all pages share. */
  readonly pages: { readonly stylesheet: string }
  /** The customer's page. Its one stylesheet holds what all pages share. */
  readonly paymentPage: PageAssets
  /** The page of the sandbox's bank. */
  readonly issuerPage: PageAssets
  /** The simulator of the sandbox. */
  readonly simulator: PageAssets
}

interface PageAssets {
  readonly script: string
  readonly stylesheets: readonly string[]
}

const Manifest = Compile(
  Type.Record(
    Type.String(),
    Type.Object({ file: Type.String(), css: Type.Optional(Type.Array(Type.String())) }),
  ),
)

/**
 * Reads what Vite has built.
 *
 * @throws {NotBuilt} when it has not been built.
 */
export function readBrowserAssets(directory = pagesFolder): BrowserAssets {
  const manifest = Manifest.Parse(JSON.parse(readManifest(directory)))
  const entry = (source: string) => {
    const built = manifest[source]
    if (!built) throw new NotBuilt(`${source} is missing from ${directory}`)
    return built
  }
  const page = (source: string): PageAssets => {
    const { file, css = [] } = entry(source)
    return { script: `/${file}`, stylesheets: css.map((name) => `/${name}`) }
  }
  return {
    directory,
    agentView: page('src/agent-view/main.tsx'),
    pages: { stylesheet: `/${entry('src/pages/pages.css').file}` },
    paymentPage: page('src/payment-page/main.ts'),
    issuerPage: page('src/issuer-page/main.ts'),
    simulator: page('src/simulator/main.tsx'),
  }
}

function readManifest(directory: string): string {
  try {
    return readFileSync(join(directory, '.vite/manifest.json'), 'utf8')
  } catch (cause) {
    throw new NotBuilt(`No browser pages were found in ${directory}`, { cause })
  }
}

/** A worker obeys the policy of its own file, not that of the page that starts it. */
const assetHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': contentSecurityPolicy({ 'connect-src': "'self'" }),
}

/** `GET /assets/…`: the built files, and the pages' icon. Their names change with what is in them, so they may be kept for a year. */
export function registerBrowserAssets(app: Http, { directory }: BrowserAssets): void {
  registerFavicon(app)
  app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: join(directory, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      index: false,
      wildcard: false,
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
      setHeaders: (reply) => reply.headers(assetHeaders),
    })
  })
}
