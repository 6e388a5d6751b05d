import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** All of the IPv6 that is handed out (RFC 4291): what is beside it has no name in ipaddr.js and is no one's. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
/** The well-known prefix of translators; the local one beside it (64:ff9b:1::/48) leads into a private network. */
const translated = ipaddr.IPv6.parseCIDR('64:ff9b::/96')
/** Looks public; inside Azure it is the host, and hands out the machine's secrets. */
const azureHost = '168.63.129.16'

/** The IPv4 address that the last 32 bits of an IPv6 address are. */
function lowestFour(address: ipaddr.IPv6): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(12))
}

function parse(text: string): Address | null {
  if (!ipaddr.isValid(text)) return null
  const address = ipaddr.parse(text)
  if (address instanceof ipaddr.IPv4) return address
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  return address.match(translated) ? lowestFour(address) : address
}

/** One spelling for each address, with IPv4 taken out of IPv6; null for what is no address. */
export function canonicalAddress(text: string): string | null {
  return parse(text)?.toString() ?? null
}

/** What this machine's own interfaces are called by. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => entries?.map(({ address }) => address) ?? [])
}

/**
 * Whether an address is one of the public internet's, where a stranger may send this server.
 *
 * Not among them: everything with a special purpose (loopback, private, link-local with the clouds' metadata,
 * carrier-grade NAT, documentation, benchmarks, multicast, reserved), tunnels that carry another address (6to4,
 * Teredo), and the machine's own addresses: its firewall does not stand between it and itself.
 */
export function isPublicAddress(text: string, own: readonly string[] = ownAddresses()): boolean {
  const address = parse(text)
  if (address === null || address.range() !== 'unicast') return false
  if (address instanceof ipaddr.IPv6 && !address.match(globalUnicast)) return false
  const canonical = address.toString()
  return canonical !== azureHost && !own.some((mine) => canonicalAddress(mine) === canonical)
}
