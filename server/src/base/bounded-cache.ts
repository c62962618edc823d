import { LRUCache } from 'lru-cache'

/**
 * A cache that forgets what was quiet for longest when it holds more than so many. It takes memory for what it holds,
 * not for what it may hold: for caches that are large on a bad day and nearly empty on all others.
 */
export const createBoundedCache = <Key extends string, Value extends object | true | number>(most: number) =>
  new LRUCache<Key, Value>({ maxSize: most, sizeCalculation: () => 1 })
