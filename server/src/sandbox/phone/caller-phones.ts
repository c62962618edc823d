import type { TelephoneState } from '@tonegate/protocol/telephone'
import type { Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Command } from '../../calls/commands/command.ts'

type Watcher = (state: TelephoneState) => void

interface CallerPhone {
  call: TelephoneState['call']
  secured: boolean
  said: TelephoneState['said']
  /** The number of the next key, counted since the line was secured (contract/calls §3). */
  nextKey: number
  readonly watchers: Set<Watcher>
}

export type CallerPhones = ReturnType<typeof createCallerPhones>

/** The callers' phones, in memory: whether their keys are kept from the agent, and what they hear. */
export function createCallerPhones() {
  const phones = new Map<Guid, CallerPhone>()

  function phoneOf(callGuid: Guid): CallerPhone {
    const known = phones.get(callGuid)
    if (known) return known
    const phone: CallerPhone = {
      call: 'connected',
      secured: false,
      said: null,
      nextKey: 0,
      watchers: new Set(),
    }
    phones.set(callGuid, phone)
    return phone
  }

  function change(callGuid: Guid, change: Partial<Omit<CallerPhone, 'watchers'>>): void {
    const phone = Object.assign(phoneOf(callGuid), change)
    for (const watcher of [...phone.watchers]) watcher(stateOf(phone))
  }

  return {
    /** Does at once what it is told; there is no recording to be paused. */
    carryOut({ type, callGuid, text, language }: Command): void {
      if (type === 'call.secure') change(callGuid, { secured: true, nextKey: 0 })
      if (type === 'call.release') change(callGuid, { secured: false })
      if (type === 'call.say' && text !== undefined && language)
        change(callGuid, { said: { text, language } })
    },

    isSecured: (callGuid: Guid): boolean => phones.get(callGuid)?.secured ?? false,

    /** Numbers so many keys that are about to be sent. @returns the number of the first. */
    numberKeys(callGuid: Guid, count: number): number {
      const phone = phoneOf(callGuid)
      const first = phone.nextKey
      phone.nextKey += count
      return first
    },

    /** Keys from this number on were not taken, and do not count. */
    keysRefused(callGuid: Guid, first: number): void {
      const phone = phoneOf(callGuid)
      phone.nextKey = Math.min(phone.nextKey, first)
    },

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

const stateOf = ({ call, secured, said }: CallerPhone): TelephoneState => ({ call, secured, said })
