/** The watching process: takes a {@link WatchOrder} from its parent; see `watching.ts`. */
import { type Lanes, openLanes } from './lanes.ts'
import { type EngineTells, type PhoneSystems, startPhoneSystems } from './phone-systems.ts'
import { createScreens } from './screens.ts'
import { secureCalls } from './secure-calls.ts'
import {
  type Dots,
  type Press,
  type PressPlan,
  placeOfKey,
  placeOfSequence,
  type WatchAnswers,
  type Watched,
  type WatchOrder,
} from './watching.ts'
import { answerParent } from './worker.ts'

const screens = createScreens()
let phoneSystems: PhoneSystems | undefined
let pressed: { readonly press: Press; keys: number }[] = []

answerParent(async (order: WatchOrder): Promise<WatchAnswers[keyof WatchAnswers]> => {
  switch (order.order) {
    case 'start-phone-systems':
      phoneSystems = await startPhoneSystems()
      return phoneSystems.urls
    case 'secure':
      for (const { call } of order.sessions) if (call !== undefined) phoneSystems?.know(call)
      return secureCalls(order, phoneSystems?.askedAt ?? new Map())
    case 'open':
      await open(order.port, order.sessions)
      return null
    case 'press':
      return press(order)
    case 'close':
      screens.close()
      pressed = []
      return null
  }
})

async function open(port: number, sessions: readonly Watched[]): Promise<void> {
  await screens.open(
    port,
    sessions.map(({ stream }) => stream),
  )
  pressed.push(...sessions.map(({ press }) => ({ press, keys: 0 })))
}

async function press({ port, connections, ...plan }: PressPlan): Promise<Dots> {
  const lanes = await openLanes(port, connections)
  const tells = plan.engineTells ?? 'by-connection'
  try {
    return await screens.press({ ...plan, send: (session, key) => send({ lanes, tells }, session, key) })
  } finally {
    lanes.close()
  }
}

interface Ways {
  readonly lanes: Lanes
  readonly tells: EngineTells
}

/** The keys of a session stay on one connection, or they would overtake one another. */
async function send({ lanes, tells }: Ways, session: number, key: string): Promise<void> {
  const at = pressed[session]
  if (!at) return
  const { press, keys } = at
  at.keys += 1
  if ('engineCall' in press) return phoneSystems?.press(press.engineCall, key, tells)
  const sequence = String(keys).padStart(placeOfSequence.length)
  await lanes.ask(session, press.request.replace(placeOfSequence, sequence).replace(placeOfKey, key))
}
