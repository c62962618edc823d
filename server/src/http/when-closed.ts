import type { ServerResponse } from 'node:http'

/**
 * Calls back once a response is over: it was sent, or its reader has gone. A reader may go while the server still looks up
 * what it asked for: that is told at once, since nothing tells it later.
 */
export function whenClosed(response: ServerResponse, over: () => void): void {
  if (response.destroyed) over()
  else response.once('close', over)
}
