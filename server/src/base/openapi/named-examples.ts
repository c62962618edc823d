import type { Media } from './api-part.ts'

/** The examples of a description that many of its answers have. */
export function createNamedExamples() {
  const known = new Map<string, object>()
  return {
    /** The same examples, with references in place of the shared ones. */
    refer: (examples: Media['examples']): object =>
      Object.fromEntries(
        Object.entries(examples).map(([name, { sharedAs, ...example }]) => {
          if (sharedAs === undefined) return [name, example]
          known.set(sharedAs, example)
          return [name, { $ref: `#/components/examples/${sharedAs}` }]
        }),
      ),
    /** By name, in the order of the alphabet. */
    all: (): object => Object.fromEntries([...known].sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}
