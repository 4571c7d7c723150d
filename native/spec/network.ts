import {
  choice,
  choices,
  clock,
  count,
  flag,
  group,
  int,
  list,
  on,
  required,
  source,
  table,
  text,
  texts,
  whole,
} from './define.ts';

export const Duplex = choices('Duplex', 'Whether both ends may send at once.', {
  FULL: 'Both at once.',
  HALF: 'One at a time.',
  UNKNOWN: 'The driver does not tell, as is usual where there is no cable.',
});

export const AddressFamily = choices('AddressFamily', 'What kind of address it is.', {
  INET: 'IPv4.',
  INET6: 'IPv6.',
  LINK: 'Hardware, as the MAC of Ethernet.',
  UNIX: 'Local to the host: a path, an abstract name or none.',
  OTHER: 'None of these.',
});

export const address = table('address', {
  type: 'NetworkAddress',
  description: 'An address of a network interface.',
  key: 'owner',
  sources: { addresses: source({ LINUX: 'RTM_GETADDR, RTM_GETLINK', WINDOWS: 'GetAdaptersAddresses' }) },
  columns: [
    required(choice('family', 'addresses', AddressFamily, 'What kind of address it is.')),
    required(text('address', 'addresses', 'As text; one that is of its link only has %interface behind it.')),
    text('netmask', 'addresses', 'The bits of the address that name the network, as an address.'),
    int('prefixLength', 'addresses', 'How many bits of the address name the network.'),
    text('broadcast', 'addresses', 'What reaches everyone on the network; a network of one host has none.'),
    on(['LINUX'], text('peer', 'addresses', 'The other end, where there is just one.')),
    text('scope', 'addresses', 'How far it is valid: global, site, link, host, nowhere, or the number of another.'),
  ],
});

export const ioColumns = (path: string, from: string) => [
  required(count(`${path}.bytesSent`, from, 'Bytes sent.')),
  required(count(`${path}.bytesReceived`, from, 'Bytes received.')),
  required(count(`${path}.packetsSent`, from, 'Packets sent.')),
  required(count(`${path}.packetsReceived`, from, 'Packets received.')),
  count(`${path}.errorsIn`, from, 'Packets that arrived damaged.'),
  count(`${path}.errorsOut`, from, 'Packets that could not be sent.'),
  count(
    `${path}.dropsIn`,
    from,
    'Packets that arrived and were thrown away, for lack of room or of anyone to take them.',
  ),
  count(`${path}.dropsOut`, from, 'Packets that were thrown away instead of being sent.'),
];

export const ioGroup = (description: string) =>
  group(
    'NetworkIo',
    "What was sent and received since boot. It never runs backwards, also where the kernel's counter wraps.",
    description,
  );

export const network = table('network', {
  type: 'NetworkInterface',
  description: 'A network interface, in the network namespace of the gateway.',
  key: 'number',
  sources: {
    link: source({ LINUX: 'RTM_GETLINK; /proc/net/dev, /sys/class/net', WINDOWS: 'GetIfTable2' }),
    io: source({ LINUX: 'RTM_GETSTATS; /proc/net/dev', WINDOWS: 'GetIfTable2' }),
    ethtool: source({ LINUX: 'ETHTOOL_GLINKSETTINGS; /sys/class/net', WINDOWS: 'GetIfTable2' }, { beside: 'link' }),
  },
  groups: { io: ioGroup('What it sent and received.') },
  lists: { addresses: required(whole(list(address, 'Its addresses, by family.'))) },
  columns: [
    required(text('name', 'link', 'Its name, unique in its network namespace.')),
    flag('isUp', 'link', 'True if it is up and works: for one with a cable, that something is at the other end.'),
    on(['LINUX'], choice('duplex', 'ethtool', Duplex, 'Whether both ends may send at once.')),
    int('speedMbps', 'ethtool', 'Nominal speed in megabits per second; null where the driver does not tell.'),
    count('mtu', 'link', 'Largest packet it takes, in bytes.'),
    required(texts('flags', 'link', 'What the kernel says of it: up, broadcast, loopback, running, multicast, ….')),
    ...ioColumns('io', 'io'),
    clock('ioClock', 'io'),
  ],
});
