import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'

describe('is public', () => {
  it.each(['93.184.216.34', '8.8.8.8', '2606:4700::6810:84e5', '::ffff:93.184.216.34', '64:ff9b::5db8:d822'])(
    '%s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )
})

describe('is not public', () => {
  it.each([
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'this network'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'metadata of most clouds'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.100.100.200', 'metadata of Alibaba Cloud'],
    ['168.63.129.16', 'the host of an Azure machine'],
    ['192.0.0.192', 'protocol assignments, metadata of Oracle Cloud'],
    ['192.0.2.1', 'documentation'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['198.18.0.1', 'benchmarks'],
    ['198.19.255.255', 'benchmarks'],
    ['192.88.99.1', '6to4 relay'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'IPv4-compatible loopback'],
    ['::ffff:10.0.0.1', 'mapped private'],
    ['::ffff:7f00:1', 'mapped loopback'],
    ['::ffff:0:7f00:1', 'translated loopback'],
    ['64:ff9b::a00:1', 'NAT64 of a private address'],
    ['64:ff9b:1::5db8:d822', 'local NAT64'],
    ['2002:a00:1::', '6to4 of a private address'],
    ['2002:5db8:d822::1', '6to4'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['2001:2::1', 'benchmarks'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', 'metadata of AWS'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['100::1', 'discard'],
    ['4000::1', 'not handed out'],
    ['example.org', 'no address'],
    ['', 'nothing'],
  ])('%s, %s', (address) => expect(isPublicAddress(address)).toBe(false))

  it("the machine's own, however it is written", () => {
    const own = ['93.184.216.34', '2606:4700::1']
    expect(isPublicAddress('::ffff:93.184.216.34', own)).toBe(false)
    expect(isPublicAddress('2606:4700:0::1', own)).toBe(false)
    expect(isPublicAddress('93.184.216.35', own)).toBe(true)
  })
})
