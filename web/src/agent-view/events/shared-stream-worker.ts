import { createSharedStream } from './shared-stream.ts'

/** What this file runs in; TypeScript knows either pages or workers. */
const worker = globalThis as unknown as {
  onconnect: (event: MessageEvent) => void
}

const join = createSharedStream({
  fetch: globalThis.fetch.bind(globalThis),
  locks: navigator.locks,
})

worker.onconnect = ({ ports }) => {
  for (const port of ports) join(port)
}
