import type { ServerResponse } from 'node:http'

/**
 * Keeps a stream of server-sent events open, at each call. A reader that has not taken one heartbeat by the next has gone,
 * and the stream is closed; one that is only behind for a moment has not.
 */
export function createHeartbeat(response: ServerResponse): () => void {
  let isTaken = true
  return () => {
    if (!isTaken) return void response.destroy()
    isTaken = false
    response.write(': still here\n\n', () => {
      isTaken = true
    })
  }
}
