import { operationsOf, type Placed, readDocument, webhooksOf } from './openapi-document.ts'
import { operationText, triedOperation } from './operation-text.ts'

/** A page of the API reference: one for each tag of the OpenAPI document. */
export interface ReferencePage {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly text: string
}

export function referencePages(): readonly ReferencePage[] {
  const document = readDocument()
  const byTag = Map.groupBy(operationsOf(document), ({ operation }) => operation.tags[0] ?? 'Other')
  const webhooks = webhooksOf(document)
  const described = new Map(document.tags?.map(({ name, description = '' }) => [name, description]))
  const known = [...new Set([...described.keys(), ...byTag.keys()])]
  return known.flatMap((tag) => {
    const placed = byTag.get(tag) ?? []
    const sent = webhooks.filter(({ operation }) => (operation.tags[0] ?? 'Webhooks') === tag)
    if (placed.length + sent.length === 0) return []
    return [page(tag, described.get(tag) ?? '', { placed, sent })]
  })

  function page(
    title: string,
    description: string,
    { placed, sent }: { readonly placed: readonly Placed[]; readonly sent: readonly Placed[] },
  ): ReferencePage {
    const operations = Object.fromEntries(
      placed.map((each) => [each.operation.operationId, triedOperation(document, each)]),
    )
    const text = [
      `---\noutline: 2\noperations: ${JSON.stringify(operations)}\n---`,
      `# ${title}`,
      description,
      ...placed.map((each) => operationText(document, each, { isTried: true })),
      ...sent.map((each) => operationText(document, each, { isTried: false })),
    ].join('\n\n')
    return { name: `api/${title.toLowerCase()}`, title, description, text: `${text}\n` }
  }
}

/** The pages of the reference, for the end of its first one. */
export const referenceList = (pages: readonly ReferencePage[]): string =>
  pages.map(({ name, title, description }) => `- [${title}](/${name}): ${description}\n`).join('')
