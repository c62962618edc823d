import { Problem } from '../base/problem.ts'
import type { Calls } from './calls.ts'

/** Where no telephone is connected: no agent is on a call. Digital sessions need none. */
export const withoutTelephone: Calls = {
  findLiveCall: async () => undefined,
  secure: async () => {
    throw new Problem(
      'no-live-call',
      'No phone system is connected to this server. Open a digital session and send its link.',
    )
  },
  say: async () => {},
  release: async () => {},
}
