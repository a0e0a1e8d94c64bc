import os, { type NetworkInterfaceInfo } from 'node:os'

const LOOPBACK: NetworkInterfaceInfo = {
  address: '127.0.0.1',
  netmask: '255.0.0.0',
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  internal: true,
  cidr: '127.0.0.1/8',
}

/**
 * Gives Workers one network interface, where they have none: `listen({ host: '0.0.0.0' })` tells and
 * logs the addresses of them all.
 */
export function installNetwork(): void {
  os.networkInterfaces = () => ({ lo: [{ ...LOOPBACK }] })
}
