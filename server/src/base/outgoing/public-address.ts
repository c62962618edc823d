import { BlockList, isIP } from 'node:net'

/** Ranges that are not reached through the public Internet (RFC 6890, and what has been added since). */
const reserved = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  /** Only 2000::/3 is public, without tunnels, documentation and what embeds an IPv4 address. */
  ipv6: [
    '::/3',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '2620:4f:8000::/48',
    '3fff::/20',
    '4000::/2',
    '8000::/1',
  ],
} as const

const blocked = { ipv4: blockListOf('ipv4'), ipv6: blockListOf('ipv6') }

function blockListOf(family: keyof typeof reserved): BlockList {
  const list = new BlockList()
  for (const range of reserved[family]) {
    const [network = '', prefix] = range.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}

/** Whether a text is an IP address of the public Internet: neither private nor loopback nor reserved. */
export function isPublicAddress(address: string): boolean {
  const [bare = ''] = address.split('%')
  const version = isIP(bare)
  if (version === 0) return false
  const family = version === 6 ? 'ipv6' : 'ipv4'
  return !blocked[family].check(bare, family)
}
