import type { Answer } from '../answer.ts'
import type { AdminContext } from '../command.ts'
import { Refused } from '../refused.ts'
import { plan } from './plan.ts'
import type { Step } from './step.ts'

type Row = Readonly<Record<string, string>>

/**
 * Makes a region as a document declares it: what is missing is created, what differs is changed, and everything else is left
 * alone.
 *
 * @param way `tried`: nothing is done, and the answer says what would be.
 * @throws {Refused} with all that is wrong with the document, before anything is done.
 */
export async function apply(context: AdminContext, text: string, way: 'done' | 'tried'): Promise<Answer> {
  const planned = await plan(context, text)
  const rows: Row[] = []
  const doStep = ({ done, run }: Step, accountId: number) =>
    way === 'done' && done !== 'nothing' ? run?.(accountId) : undefined
  let failed: string | null = null
  try {
    for (const { own, id, steps } of planned) {
      const made = await doStep(own, 0)
      rows.push(rowOf(own, way, undefined))
      const accountId = made ? Number(made.id) : (id ?? 0)
      for (const step of steps) rows.push(rowOf(step, way, await doStep(step, accountId)))
    }
  } catch (error) {
    if (rows.length === 0) throw error
    // What has been shown once may not be lost with what went wrong afterwards.
    failed = error instanceof Refused ? error.message : `${error}`
  }
  const count = (done: Step['done']) =>
    planned.flatMap(({ own, steps }) => [own, ...steps]).filter((each) => each.done === done).length
  return {
    kind: 'checked',
    data: {
      ...(way === 'done'
        ? { created: count('create'), changed: count('change') }
        : { toCreate: count('create'), toChange: count('change') }),
      unchanged: count('nothing'),
      ...(failed !== null && { failed: `${failed} Apply the file again for what is missing.` }),
    },
    points: rows,
    isInOrder: failed === null,
  }
}

/** What is shown only once are members of their own for programs, and stand behind the rest for people. */
function rowOf(
  { account, kind, name, done, changed = [] }: Step,
  way: 'done' | 'tried',
  shown: Row | undefined,
): Row {
  const note = [
    changed.join(', '),
    ...Object.entries(shown ?? {}).map(([member, value]) => `${member} ${value}`),
  ]
  return {
    ...{ account, what: kind, name },
    outcome: words[way][done],
    note: note.filter((each) => each !== '').join('; '),
    ...shown,
  }
}

const words = {
  done: { create: 'created', change: 'changed', nothing: 'unchanged' },
  tried: { create: 'to create', change: 'to change', nothing: 'unchanged' },
} as const
