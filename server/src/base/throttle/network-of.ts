import { isIP } from 'node:net'

/**
 * What counts as one sender: an IPv4 address, also in its IPv4-mapped form, or the 64 bits of an IPv6 address
 * that a network is given as a whole. What is no address is `unknown`.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return isIP(address) === 4 ? address : 'unknown'
  const [bare = ''] = address.split('%', 1)
  if (isIP(bare) !== 6) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = bare.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    const inAfter = after.length + (tail.includes('.') ? 1 : 0)
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - inAfter)).fill('0'), ...after)
  }
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}
