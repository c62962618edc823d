import { NotSealedHere } from '../base/seal.ts'
import type { StoreParts } from '../store/parts.ts'
import { beginning, type ChainEnd, type EndName, prepareChainEnds } from './chain-ends.ts'
import { prepareReadLog } from './read-log.ts'
import { type ChainFault, missingText, type VerifiedChain, verifyChain } from './verify-chain.ts'

/** What was found about the log of a database. */
export interface VerifiedLog extends VerifiedChain {
  /** Entries that have no place in the chain yet. */
  readonly unlinked: number
  /** Up to which position it was pruned; 0 where it was not. */
  readonly pruned: number
}

/**
 * Verifies the log of a database: the chain from where it begins to where it ends, and that it ends where its sealed head
 * says. Where a whole former state of the log was put back, with the head of that time, nothing in the database shows it:
 * only an entry that is known from elsewhere does.
 *
 * @param known an entry that has to be there, such as the last one of an earlier export.
 * @param seen is called for each entry.
 */
export function prepareVerifyLog({ store, sealer }: Pick<StoreParts, 'store' | 'sealer'>) {
  const ends = prepareChainEnds(store, sealer)
  const log = prepareReadLog(store)

  /** `undefined` where there is none. */
  async function readEnd(name: EndName): Promise<ChainEnd | 'sealed otherwise' | undefined> {
    try {
      return await ends.read(name)
    } catch (error) {
      if (error instanceof NotSealedHere) return 'sealed otherwise'
      throw error
    }
  }

  return async (known?: ChainEnd, seen: () => void = () => {}): Promise<VerifiedLog> => {
    const pruned = await readEnd('pruned')
    const head = await readEnd('head')
    // An end that does not open is told by itself; the chain is then followed from wherever it begins.
    const from = pruned === 'sealed otherwise' ? undefined : (pruned ?? beginning)
    const chain = await verifyChain(counted(log.after(from?.position ?? 0), seen), { from, known })
    const faults = [
      ...(pruned === 'sealed otherwise' ? [{ position: 0, fault: beginningSealedOtherwise }] : []),
      ...headFaults(head, chain, await readEnd('head')),
    ]
    return {
      ...chain,
      faults: [...chain.faults, ...faults],
      faultCount: chain.faultCount + faults.length,
      unlinked: await log.countUnlinked(),
      pruned: pruned === 'sealed otherwise' ? 0 : (pruned?.position ?? 0),
    }
  }
}

async function* counted<T>(entries: AsyncIterable<T>, seen: () => void): AsyncGenerator<T> {
  for await (const entry of entries) {
    seen()
    yield entry
  }
}

type ReadEnd = ChainEnd | 'sealed otherwise' | undefined

/**
 * Entries may be linked while the chain is read, so that it may end anywhere from where the head was before to where it is
 * afterwards.
 */
function headFaults(before: ReadEnd, { entries, end }: VerifiedChain, after: ReadEnd): readonly ChainFault[] {
  const { position } = end
  if (before === 'sealed otherwise' || after === 'sealed otherwise')
    return [{ position, fault: headSealedOtherwise }]
  if (!after) return entries === 0 ? [] : [{ position, fault: headMissing }]
  const first = before ?? beginning
  if (position < first.position) {
    const fault = `The log was cut off: it ends at entry ${position}. ${missingText(position + 1, first.position)}`
    return [{ position: position + 1, fault }]
  }
  if (position > after.position) {
    const fault = `The sealed head of the log is entry ${after.position}: what comes behind it was added by somebody without the sealing key.`
    return [{ position: after.position + 1, fault }]
  }
  const sealed = [first, after].find((each) => each.position === position)
  return sealed && sealed.hash !== end.hash ? [{ position, fault: rewritten }] : []
}

const beginningSealedOtherwise =
  'What the log says of where it was pruned was changed, or is sealed by a key that TONEGATE_SEALING_KEY does not name.'

const headSealedOtherwise =
  'The head of the log was changed, or is sealed by a key that TONEGATE_SEALING_KEY does not name: nobody can tell where the log ends, and new entries wait. If the key is lost: ‘audit begin’.'

const headMissing =
  'The sealed head of the log was removed: nobody can tell where the log ends, and new entries wait for ‘audit begin’.'

const rewritten =
  'The last entry is not the one that the sealed head names: the log was rewritten by somebody without the sealing key.'
