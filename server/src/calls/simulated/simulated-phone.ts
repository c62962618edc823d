import type { TelephoneState } from '@tonegate/protocol/telephone'
import type { Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { LineControl } from '../line-control.ts'

type Watcher = (state: TelephoneState) => void

interface Phone {
  call: TelephoneState['call']
  secured: boolean
  said: TelephoneState['said']
  readonly watchers: Set<Watcher>
}

export type SimulatedPhones = ReturnType<typeof createSimulatedPhones>

/** The callers' telephones of simulated calls, in memory: whether their keys are kept apart, and what they hear. */
export function createSimulatedPhones() {
  const phones = new Map<Guid, Phone>()

  function phoneOf(callGuid: Guid): Phone {
    const known = phones.get(callGuid)
    if (known) return known
    const phone: Phone = { call: 'connected', secured: false, said: null, watchers: new Set() }
    phones.set(callGuid, phone)
    return phone
  }

  function change(callGuid: Guid, change: Partial<Omit<Phone, 'watchers'>>): void {
    const phone = Object.assign(phoneOf(callGuid), change)
    for (const watcher of [...phone.watchers]) watcher(stateOf(phone))
  }

  /** Does at once what it is asked. */
  const control: LineControl = {
    secure: async ({ callGuid }) => change(callGuid, { secured: true }),
    release: async ({ callGuid }) => change(callGuid, { secured: false }),
    say: async ({ callGuid }, { said: { text, language } }) => change(callGuid, { said: { text, language } }),
    async pauseRecording() {},
    async resumeRecording() {},
  }

  return {
    control,

    /** Calls back with the present state, and with each after it, the last when the call ends. */
    watch(callGuid: Guid, watcher: Watcher): Stop {
      const phone = phoneOf(callGuid)
      phone.watchers.add(watcher)
      watcher(stateOf(phone))
      return () => phone.watchers.delete(watcher)
    },

    /** The call has ended. */
    ended(callGuid: Guid): void {
      change(callGuid, { call: 'ended', secured: false })
      phones.delete(callGuid)
    },
  }
}

const stateOf = ({ call, secured, said }: Phone): TelephoneState => ({ call, secured, said })
