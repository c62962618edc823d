import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { LaunchRow, LaunchRows } from './launch-rows.ts'

/** What is told of a session waits no longer than this for the launch that may become it. */
const maxWaitMilliseconds = 5_000
const lookMilliseconds = 100

/** Which launches are in hand, by their rows. */
type InHand = () => Promise<readonly Guid[]>

export type LaunchesInHand = ReturnType<typeof createLaunchesInHand>

/**
 * Launches that a node asks a provider in another process for at this moment, this node or another. What is told of a
 * session may come before its row is there, while one of them may become it.
 */
export function createLaunchesInHand({
  store,
  rows,
  clock,
}: Pick<StoreParts, 'store' | 'clock'> & { readonly rows: LaunchRows }) {
  /** Those that are begun meanwhile cannot be the one, and are not waited for. */
  async function settled(inHand: InHand, isFound: () => Promise<boolean>): Promise<boolean> {
    const atFirst = await inHand()
    if (atFirst.length === 0) return true
    const waitedSince = clock.elapsed()
    for (;;) {
      const left = (await inHand()).filter((each) => atFirst.includes(each))
      if ((await isFound()) || left.length === 0) return true
      if (clock.elapsed() - waitedSince >= maxWaitMilliseconds) return false
      await new Promise<void>((resolve) => clock.after(lookMilliseconds, resolve))
    }
  }

  const named = (row: LaunchRow | undefined): readonly Guid[] =>
    row?.state === 'asked' && row.held_by !== null ? [row.session_guid] : []

  return {
    /**
     * Waits for those of a configuration, until the session is found that is looked for.
     *
     * @returns false when one of them may still become it.
     */
    async ofConfiguration(
      configuration: { readonly accountId: number; readonly configurationId: number },
      isFound: () => Promise<boolean>,
    ): Promise<boolean> {
      const inHand = async () =>
        (await rows.inHand.all(store.reader, configuration)).map(({ session_guid }) => session_guid)
      return settled(inHand, isFound)
    },
    /** Waits for the one that becomes the session of this name. */
    ofProviderSession: (guid: Guid): Promise<boolean> =>
      settled(
        async () => named(await rows.findByProvider.first(store.reader, { guid })),
        async () => false,
      ),
    /** Waits for one that is asked for, or called off. */
    ofSession: (sessionGuid: Guid): Promise<boolean> =>
      settled(
        async () => named(await rows.find.first(store.reader, { sessionGuid })),
        async () => false,
      ),
  }
}
