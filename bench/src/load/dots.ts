const success = 'HTTP/1.1 200 '
const endOfEvent = '\n\n'
const ofCardNumber = '"pan":'
const count = '"digits":'

/**
 * Reads the events of one stream: no more of each state than how many digits of the card number were typed.
 *
 * @throws {Error} when the stream does not begin with status 200.
 */
export function readDots(dots: (digits: number) => void): (chunk: Buffer) => void {
  let begun = false
  let pending = ''
  return (chunk) => {
    pending += chunk.toString('latin1')
    if (!begun && pending.length < success.length) return
    if (!begun && !pending.startsWith(success)) throw new Error(`The stream began: ${pending}`)
    begun = true
    const events = pending.split(endOfEvent)
    pending = events.pop() ?? ''
    for (const event of events) {
      const field = event.indexOf(ofCardNumber)
      if (field >= 0) dots(Number.parseInt(event.slice(event.indexOf(count, field) + count.length), 10))
    }
  }
}
