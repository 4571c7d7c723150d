/** Everything there is to ask of a process, less what leads to others. */
export const EVERYTHING = `
  id pid ppid name status createTime isRunning isKernelThread username uids { real effective saved }
  gids { real effective saved } exe cmdline cwd terminal nice ioNice { ioClass value } numThreads numFds
  ctxSwitches { voluntary involuntary } cpuTimes { user system childrenUser childrenSystem iowait } cpuNum cpuAffinity
  eligibleCpus
  memory { rss vms shared text data stack peakRss peakVms rssAnon rssFile rssShmem swap hugetlb locked }
  pageFaults { minor major } memoryFootprint { uss pss swap }
  memoryMaps { path rss } regions: memoryMaps(grouped: false) { path rss address permissions }
  io { readCount writeCount readBytes writeBytes readChars writeChars } limits { resource soft hard }
  environment { name value } openFiles { path fd position mode flags deleted size allocated }
  threads { id tid name status cpuTimes { user system } cpuNum } cgroupPath container { id containerId runtime }
  systemdUnit gaps { field reason }`;

/** Who may ask for all of it. */
export const ALL_ACCESS = ['READ', 'SHOWN', 'OWNER', 'SENSITIVE'] as const;
