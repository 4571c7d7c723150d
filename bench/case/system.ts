// One tick of everything a dashboard shows of a host.
import { startBare } from '../contender/bare.ts';
import { startExporter } from '../contender/exporter.ts';
import { readsOf, repeat } from '../contender/gateway.ts';
import { startGlances } from '../contender/glances.ts';
import { startInformation } from '../contender/information.ts';
import { type Inside, startInside } from '../contender/inside.ts';
import { streaming } from '../contender/stream.ts';
import { contest, type Result } from '../contest.ts';
import type { Bench, Case } from './bench.ts';

const TIMES = 'user system idle nice iowait irq softirq steal guest guestNice';
const IO = 'readCount writeCount readBytes writeBytes readTime writeTime busyTime';
const SYSTEM = `system {
    bootTime loadAverage { one five fifteen }
    cpu { logicalCount times { ${TIMES} } stats { ctxSwitches interrupts softInterrupts }
          frequency { current } logicalCpus { number times { ${TIMES} } } }
    memory { total available used free percent active inactive buffers cached shared slab }
    swap { total used free percent swappedIn swappedOut }
    diskIo { ${IO} }
    sensors { temperatures { current } fans { rpm } batteries { percent } }
  }`;
const TICK = `{
  ${SYSTEM}
  mounts { device mountpoint fstype usage { total used free percent } }
}`;

/** All figures of the system that psutil has. */
const ALL = `{
  system {
    bootTime loadAverage { one five fifteen }
    cpu { logicalCount physicalCount times { ${TIMES} } stats { ctxSwitches interrupts softInterrupts }
          frequency { current min max } logicalCpus { number times { ${TIMES} } frequency { current min max } } }
    memory { total available used free percent active inactive buffers cached shared slab }
    swap { total used free percent swappedIn swappedOut }
    diskIo { ${IO} }
    sensors { temperatures { current } fans { rpm } batteries { percent } }
    networkInterfaces {
      name isUp duplex speedMbps mtu flags
      io { bytesSent bytesReceived packetsSent packetsReceived errorsIn errorsOut dropsIn dropsOut }
      addresses { family address netmask broadcast peer }
    }
  }
  disks(all: true) { name io { ${IO} } }
  mounts { device mountpoint fstype options usage { total used free percent } }
}`;

/** What a stream of the system has: all of it but mounts. */
const OF_STREAM = [
  ['boot_time', {}],
  ['getloadavg', {}],
  ['cpu_count', {}],
  ['cpu_times', {}],
  ['cpu_stats', {}],
  ['cpu_freq', {}],
  ['cpu_times', { percpu: true }],
  ['virtual_memory', {}],
  ['swap_memory', {}],
  ['disk_io_counters', {}],
  ['sensors_temperatures', {}],
  ['sensors_fans', {}],
  ['sensors_battery', {}],
];

const OF_PSUTIL = [...OF_STREAM, ['disk_partitions', {}], ['disk_usage', { path: '/' }]];

const ALL_OF_PSUTIL = [
  ...OF_PSUTIL,
  ['cpu_count', { logical: false }],
  ['cpu_freq', { percpu: true }],
  ['disk_io_counters', { perdisk: true }],
  ['net_io_counters', { pernic: true }],
  ['net_if_addrs', {}],
  ['net_if_stats', {}],
];

/** As often as a stream may tick, both of them: who rests between two ticks finds caches that others have filled. */
const EVERY_MS = 100;
const TICKS = 50;

const OF_INFORMATION = ['currentLoad', 'mem', 'fsSize', 'disksIO', 'cpuTemperature', 'battery', 'cpuCurrentSpeed'];

/** As a library beside a library: neither serves anybody. */
function reads({ psutil }: Bench, inside: Inside): Promise<Result> {
  const theirs = psutil ? [psutil.doing('calls', OF_PSUTIL)] : [];
  return contest('one tick of the system, with nobody to serve', [inside.ticking(true), ...theirs], { times: 1000 });
}

async function ticks({ gateway, psutil }: Bench, inside: Inside): Promise<Result> {
  const stream = streaming(gateway, 'sysgraph: a stream over a WebSocket', SYSTEM, EVERY_MS);
  const theirs = psutil ? [psutil.doing('calls', OF_STREAM, EVERY_MS)] : [];
  const bare = await startBare(EVERY_MS);
  await stream.warm();
  const contenders = [stream, ...theirs, inside.ticking(false, EVERY_MS), bare.ticking];
  const result = await contest(`a tick of the system without mounts, each ${EVERY_MS} ms`, contenders, {
    times: TICKS,
  });
  await bare.stop();
  return result;
}

export const system: Case = async (bench) => {
  const { gateway, psutil } = bench;
  const [information, exporter, glances] = [
    await startInformation(bench),
    await startExporter(bench),
    await startGlances(bench),
  ];
  // The gateway of a dashboard has run for long, and so has its code.
  await repeat(2_000, () => gateway.ask(TICK));
  const contenders = [
    gateway.asking('sysgraph, over HTTP', TICK),
    psutil?.doing('calls', OF_PSUTIL),
    exporter?.scraping,
    glances?.asking,
    information?.calling(...OF_INFORMATION),
  ];
  const result = await contest(
    'one tick of the system',
    contenders.filter((each) => each !== undefined),
  );
  await Promise.all([information?.stop(), exporter?.stop(), glances?.stop()]);
  const inside = await startInside();
  const unserved = [await reads(bench, inside), await ticks(bench, inside)];
  await inside.stop();
  await repeat(2_000, () => gateway.ask(ALL));
  const theirs = psutil ? [psutil.doing('calls', ALL_OF_PSUTIL)] : [];
  const all = await contest('all figures of the system', [gateway.asking('sysgraph, over HTTP', ALL), ...theirs]);
  return [
    { ...result, counts: await readsOf(gateway, TICK) },
    ...unserved,
    { ...all, counts: await readsOf(gateway, ALL) },
  ];
};
