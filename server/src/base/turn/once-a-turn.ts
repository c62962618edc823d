/**
 * Has what several ask for in one turn of the event loop asked for once, when the first does: they had all come before. Nobody
 * is given an answer to what was asked for earlier.
 */
export function onceATurn<Key, Value>(ask: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const asked = new Map<Key, Promise<Value>>()
  return (key) => {
    const known = asked.get(key)
    if (known) return known
    if (asked.size === 0) setImmediate(() => asked.clear())
    const asking = ask(key)
    asked.set(key, asking)
    return asking
  }
}
