/** A heading of the navigation, and its pages in their order: names of files under `docs/`, without `.md`. */
export interface Group {
  readonly text: string
  /** Shut until somebody opens it, or comes to one of its pages. */
  readonly collapsed?: boolean
  readonly pages: readonly string[]
}

/** The navigation. A page that stands in no group fails a test; one that is not there is left out. */
export const groups: readonly Group[] = [
  {
    text: 'Start',
    pages: ['index', 'quick-start', 'first-run', 'concepts', 'sandbox', 'test-cards', 'questions'],
  },
  {
    text: 'Take payments',
    pages: [
      'payment-api',
      'authentication',
      'embedding',
      'card-entry',
      'payment-data',
      'result-templates',
      'webhooks',
      'session-events',
      'session-list',
      'refunds',
      'voice-agents',
    ],
  },
  {
    text: 'Clients and tools',
    pages: ['client', 'python', 'ci', 'openapi', 'package'],
  },
  {
    text: 'Reference',
    pages: ['api/index', 'errors', 'reference', 'configuration', 'browsers', 'screens'],
  },
  {
    text: 'Calls and gateways',
    pages: ['telephony', 'gateways', 'provider-contract', 'remote-provider'],
  },
  {
    text: 'Migrate',
    pages: ['migration-from-vonage', 'migration-from-pci-pal'],
  },
  {
    text: 'Operate',
    collapsed: true,
    pages: [
      'operations',
      'apply',
      'running',
      'container',
      'systemd',
      'proxies',
      'backup',
      'metrics',
      'tracing',
      'audit',
      'scale',
      'several-servers',
      'two-processes',
      'reliability',
      'performance',
    ],
  },
  {
    text: 'Security',
    collapsed: true,
    pages: ['security', 'pci', 'rfc-coverage', 'reporting'],
  },
  {
    text: 'The contract',
    collapsed: true,
    pages: ['contract/payment-api', 'contract/authentication', 'contract/provider', 'contract/calls'],
  },
  {
    text: 'Project',
    collapsed: true,
    pages: [
      'changelog',
      'architecture',
      'contributing',
      'writing-a-gateway',
      'adding-a-grant',
      'adding-a-command',
      'adding-a-member',
      'dependencies',
      'writing',
    ],
  },
]

/**
 * @param titles of the pages that are there, by their names.
 * @param reference the pages under that of the API reference.
 */
export function sidebarOf(
  titles: ReadonlyMap<string, string>,
  reference: readonly { readonly name: string; readonly title: string }[],
) {
  const itemOf = (page: string) => {
    const text = titles.get(page)
    if (text === undefined) return []
    const item = { text, link: `/${page.replace(/(^|\/)index$/, '$1')}` }
    if (page !== 'api/index') return [item]
    return [
      {
        ...item,
        collapsed: true,
        items: reference.map(({ name, title }) => ({ text: title, link: `/${name}` })),
      },
    ]
  }
  return groups
    .map(({ text, collapsed, pages }) => ({
      text,
      ...(collapsed && { collapsed }),
      items: pages.flatMap(itemOf),
    }))
    .filter(({ items }) => items.length > 0)
}
