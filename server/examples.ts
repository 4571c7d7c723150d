// What GraphiQL opens with, a tab each. One that the schema does not understand is left out.
export const examples: readonly string[] = [
  `# What runs here, and why what is null is null.
query Processes {
  processes(first: 20) {
    totalCount
    nodes {
      pid
      name
      username
      status
      cpuTimes { user system }
      memory { rss }
      gaps { field reason message }
    }
  }
}
`,
  `# One process with its family.
query Process($pid: Int! = 1) {
  process(pid: $pid) {
    name
    cmdline
    createTime
    parent { pid name }
    children(recursive: true, first: 50) { pid ppid name }
  }
}
`,
  `# The host as a whole.
query System {
  system {
    hostname
    os { name version kernel }
    uptime
    loadAverage { one five fifteen }
    memory { total available percent }
  }
}
`,
  `# Who asks, and the gateway itself. What not everybody may see needs the token that it told when it started.
query Gateway {
  gateway {
    viewer { name scopes }
    process {
      pid
      memory { rss }
      environment { name value }
      gaps { field reason message }
    }
    unsupported { field message }
  }
}
`,
  `# What changes something needs a gateway that has --allow-actions, and its token. There is more under Mutation.
mutation TrimHeap {
  trimHeap
}
`,
  `# Every second, how busy the processors are.
subscription Cpu {
  cpu { at percent }
}
`,
];
