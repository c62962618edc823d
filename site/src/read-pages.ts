import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A page of the site: where its text stands in the repository, and its name in the site. */
export interface Page {
  /** `docs/webhooks.md` */
  readonly file: string
  /** `webhooks` */
  readonly name: string
  readonly text: string
}

/** What stands in the repository under another name, or in another place, than its page. */
const renamed: Readonly<Record<string, string>> = {
  'docs/README.md': 'questions',
  'CHANGELOG.md': 'changelog',
  'CONTRIBUTING.md': 'contributing',
  'SECURITY.md': 'reporting',
  'site/home.md': 'index',
  'site/api.md': 'api/index',
}

/** Every page that is written by hand. */
export function readPages(): readonly Page[] {
  const inDocs = globSync('docs/**/*.md', { cwd: root }).filter((file) => !(file in renamed))
  return [...inDocs, ...Object.keys(renamed)].sort().map((file) => ({
    file,
    name: nameOf(file) ?? file,
    text: readFileSync(join(root, file), 'utf8'),
  }))
}

/** The page that a file becomes; `undefined` where it becomes none. */
export const nameOf = (file: string): string | undefined =>
  renamed[file] ?? /^docs\/(.+)\.md$/.exec(file)?.[1]

/** What the navigation calls a page: its heading, unless it says more briefly. */
export function titleOf({ name, text }: Page): string {
  return shorter[name] ?? /^# (.+)$/m.exec(text)?.[1] ?? name
}

const shorter: Readonly<Record<string, string>> = {
  index: 'Overview',
  embedding: 'The agent view',
  telephony: 'Calls and phone systems',
  configuration: 'Account configuration',
  operations: 'Production setup and commands',
  running: 'Day to day',
  reporting: 'Reporting a vulnerability',
  'contract/payment-api': 'Payment API',
  'contract/authentication': 'Authentication',
  'contract/provider': 'Payment provider',
  'contract/calls': 'Calls',
}
